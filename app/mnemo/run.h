// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/mnemo/command_line.h"
#include "app/mnemo/console.h"
#include "app/mnemo/edits.h"
#include "app/mnemo/schema_flags.h"

#include <filesystem>
#include <memory>
#include <string>

namespace mnemo {

/// What every command that runs an experiment is given: a model, the experiment's parameters, where the result goes.
struct RunRequest {
    std::string experiment;
    std::string model;
    std::filesystem::path output;  ///< empty: stdout
    std::shared_ptr<SchemaFlags> flags;
    std::shared_ptr<EditFlags> edits;
    std::string preset;                       ///< parameters that hold where no flag is given; empty: none
    Json forced = Json::object();             ///< parameters the command sets itself
    std::function<void(const Result&)> then;  ///< also called with the result, after it was written
};

/// Adds -m, -o, --edit and the experiment's flags to a sub-command.
std::shared_ptr<RunRequest> addRunFlags(CLI::App& command, const CommandLine& line, const std::string& experiment,
                                        std::initializer_list<std::string_view> hidden = {});

/// The same, and the command that is chosen runs it.
std::shared_ptr<RunRequest> addRunCommand(CLI::App& command, CommandLine& line, const std::string& experiment,
                                          std::initializer_list<std::string_view> hidden = {});

/// Loads the model, runs, writes. Stopped by Ctrl+C it writes what is done.
/// @return the exit status: 0, or 4 when stopped
/// @throws Failure
int runExperiment(const CommandLine& line, const RunRequest& request);

/// Loads a model by folder or catalogue name with progress on stderr, and checks that --memory is enough for it.
/// @param dtype of its weights; empty: what the line says
/// @throws Failure, Cancelled
LoadedModel loadNamedModel(const CommandLine& line, const std::string& model, Reporter& reporter,
                           const std::string& dtype = {});

/// Parameters as given, the global --seed filled in, defaults and checks by the schema. @throws Failure Usage
Json completeParameters(const CommandLine& line, const Json& given, const ExperimentSchema& schema);

/// A model without edits, and the memory that the line allows.
ExperimentContext contextOf(const CommandLine& line, const LoadedModel& model);

/// What a run came to.
struct RunOutcome {
    ResultPtr result;  ///< null when it was stopped before anything was done
    bool stopped = false;
};

/// Runs to the end or to Ctrl+C. @param parameters complete @throws Failure
RunOutcome runOrStop(const Experiment& experiment, const Json& parameters, const ExperimentContext& context,
                     ConsoleReporter& reporter);

/// Says on stderr that Ctrl+C was heard, and whether something was written.
void sayStopped(const CommandLine& line, bool written);

/// A result as people read it: tables of plain text. Ends with a line break.
std::string readableText(const Result& result);

}  // namespace mnemo
