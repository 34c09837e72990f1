// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"
#include "core/experiments/experiment.h"
#include "models/table.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// Exit statuses; scripts rely on them.
enum ExitCode {
    Ok = 0,
    FailedRun = 1,
    UsageError = 2,
    ModelError = 3,
    CancelledRun = 4,
    CheckError = 5,
    MemoryError = 6
};

/// The exit status an error ends the program with.
int exitCodeOf(ErrorCode code);

/// Flags every command has.
struct GlobalOptions {
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    bool offline = false;
    std::string device = "auto";
    std::string dtype = "f32";
    int threads = 0;     ///< 0: as many as the machine has
    std::string memory;  ///< empty: most of what is free
    std::optional<std::int64_t> seed;
    bool tf32 = false;

    void check() const;                ///< what can be wrong whichever command reads it. @throws Failure Usage
    std::int64_t memoryBytes() const;  ///< 0: most of what is free. @throws Failure Usage
    LoadOptions loadOptions() const { return {device, dtype}; }
};

/// "512M", "2G", "1K", "1000" (bytes). @throws Failure Usage
std::int64_t parseSize(std::string_view text);

/// What the commands share while one line is read; `chosen` is the command it names.
struct CommandLine {
    GlobalOptions global;
    std::vector<Experiment> experiments = builtInExperiments();
    std::vector<Architecture> architectures = builtInArchitectures();
    std::function<int()> chosen;

    /// @throws Failure Internal when the table has no such experiment
    const Experiment& experiment(std::string_view key) const;
};

void addGlobalOptions(CLI::App& app, GlobalOptions& options);

// One file per family of commands. Each adds its sub-command and sets `line.chosen` when it is the one named.
void addPredict(CLI::App& app, CommandLine& line);
void addGenerate(CLI::App& app, CommandLine& line);
void addTrace(CLI::App& app, CommandLine& line);
void addPatch(CLI::App& app, CommandLine& line);
void addStates(CLI::App& app, CommandLine& line);
void addAverage(CLI::App& app, CommandLine& line);
void addPaths(CLI::App& app, CommandLine& line);
void addKnockout(CLI::App& app, CommandLine& line);
void addAttention(CLI::App& app, CommandLine& line);
void addLens(CLI::App& app, CommandLine& line);
void addDla(CLI::App& app, CommandLine& line);
void addCircuit(CLI::App& app, CommandLine& line);
void addCircuitInside(CLI::App& app, CommandLine& line);
void addIoi(CLI::App& app, CommandLine& line);
void addIoiLayer(CLI::App& app, CommandLine& line);
void addIoiNames(CLI::App& app, CommandLine& line);
void addIoiBelieve(CLI::App& app, CommandLine& line);
void addIoiData(CLI::App& app, CommandLine& line);
void addLre(CLI::App& app, CommandLine& line);
void addLreFact(CLI::App& app, CommandLine& line);
void addRome(CLI::App& app, CommandLine& line);
void addStats(CLI::App& app, CommandLine& line);
void addPrompts(CLI::App& app, CommandLine& line);
void addEvaluate(CLI::App& app, CommandLine& line);
void addMerge(CLI::App& app, CommandLine& line);
void addReproduce(CLI::App& app, CommandLine& line);
void addModels(CLI::App& app, CommandLine& line);
void addExportModel(CLI::App& models, CommandLine& line);  ///< below `models`
void addSession(CLI::App& app, CommandLine& line);
void addRunRecipe(CLI::App& session, CLI::App& app, CommandLine& line);  ///< below `session`
void addSelftest(CLI::App& app, CommandLine& line);

}  // namespace mnemo
