// SPDX-License-Identifier: GPL-3.0-or-later
// What an evaluation of edits is asked for, and what follows of it before the first run.
#pragma once
#include "core/data/result.h"
#include "core/experiments/fact_choice.h"
#include "core/experiments/rome_params.h"
#include "core/io/edit_cases.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

struct EvaluateParams : FactChoiceParams, RomeSettings, RomeHyperParams {
    std::filesystem::path cases;  ///< empty: made of the facts
    std::vector<std::string> layers;
    std::vector<std::string> matrices;
    std::string shard;
    int generate = 0;  ///< new tokens per text
    std::filesystem::path references;
    std::filesystem::path profile;  ///< a session; empty: nothing is compared

    EvaluateParams()
    {
        limit = 20;
        knows = Knows::Anything;
    }
};

/// "2/5" is the second of five: every fifth case from the second on. An empty text is all.
struct Shard {
    std::size_t number = 1;
    std::size_t of = 1;

    bool has(std::size_t index) const { return index % of == number - 1; }
};

/// @throws Failure Usage naming the text
Shard shardOf(const std::string& text);

/// "3", "5-8" in ascending order, each once; no words: all. @throws Failure Usage, SiteNotReached
std::vector<int> layersOf(const std::vector<std::string>& words, const LanguageModel& model);

/// Checked; no words: all that the model has. @throws Failure UnknownSite
std::vector<std::string> matricesOf(const std::vector<std::string>& words, const LanguageModel& model);

/// The first cases of the file, or those made of the facts. @throws Failure NotFound; Usage when there is none
std::vector<EditCase> casesOf(const EvaluateParams& params, std::vector<FactProblem>& problems);

/// The newest average over facts in a session that was made with this model and no edits; null without a session.
/// @throws Failure as readSession(); NotFound when it holds none
ResultPtr profileOf(const std::filesystem::path& session, const Json& model);

/// Everything that the numbers of one edit depend on, but its case, layer and matrix: what makes records fit together.
/// @throws Failure NotFound, Unreadable of the files it names
Json settingsOf(const EvaluateParams& params);

}  // namespace mnemo
