// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/site.h"
#include "core/experiments/fact_runs.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// Columns of the clean prompt, ascending. Words and ranges may be joined by commas.
struct PositionSpec {
    std::vector<int> positions;
    bool named = false;  ///< subject, all: columns without a partner are left out; numbered ones without are an error
};

/// "subject", "subject_last", "last", "all", "3", "3-5", "2,4". @throws Failure Usage, SubjectNotInPrompt
PositionSpec parsePositions(std::string_view text, const FactPair& pair);

enum class PatchValue { Clean, Corrupt, Zero, SetFile, AddFile };

/// "layers.3-5.s@subject_last=clean|corrupt|zero|FILE.npy|+FILE.npy"
struct PatchSpec {
    std::string text;  ///< as given, for messages
    std::vector<Site> sites;
    PositionSpec where;
    PatchValue value = PatchValue::Clean;
    std::filesystem::path file;
};

/// @throws Failure Usage, UnknownSite, SubjectNotInPrompt
PatchSpec parsePatch(std::string_view text, int layers, const FactPair& pair);

/// The patches on the base run (corrupted when restoring, clean otherwise) of one noise sample.
/// @throws Failure Usage, UnknownSite, NotFound, Damaged
std::vector<Patch> makePatches(const PatchSpec& spec, const FactTask& task, const FactRuns& runs, int sample,
                               const LanguageModel& model);

/// "layers.7.h@last"
struct ReadSpec {
    std::vector<Site> sites;
    PositionSpec where;
};
ReadSpec parseRead(std::string_view text, int layers, const FactPair& pair);

/// Where a clean column is in the base run; absent where it has no partner there.
std::optional<int> baseColumn(const FactTask& task, int pos);

}  // namespace mnemo
