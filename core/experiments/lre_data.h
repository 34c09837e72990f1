// SPDX-License-Identifier: GPL-3.0-or-later
// Which facts of a relation a linear map is estimated from, and how they are asked (METHODS.md §5.1).
#pragma once
#include "core/data/random.h"
#include "core/experiments/fact.h"
#include "core/io/fact_set.h"

#include <span>
#include <string>
#include <vector>

namespace mnemo {

/// The facts of a relation in the order of a trial.
struct LreSplit {
    std::vector<FactSample> train;
    std::vector<FactSample> test;
};

/// Shuffled, then one fact of each object in turn until there are `train` of them: as many objects as can be.
/// @throws Failure Usage when no fact is left to test
LreSplit splitRelation(const Relation& relation, int train, Random& random);

/// "Rome is in Italy", a line each: what is put before a prompt, with a line break behind the last; empty without
/// examples.
std::string exampleLines(const std::string& promptTemplate, std::span<const FactSample> examples);

/// Lines of examples, then the subject in the template. @throws Failure as fillPrompt; PromptTooLong
FilledPrompt fewShotPrompt(const std::string& promptTemplate, std::span<const FactSample> examples,
                           const std::string& subject, Prefix prefix, const LoadedModel& model);

int distinctObjects(std::span<const FactSample> samples);

/// How often a guess would be right that draws an object as often as it occurs: Σ_c count_c² / N² over the first tokens
/// of the objects, without a space before them; 0 without samples. Verified with the published lines of Figs 7 and 12.
double randomChoice(std::span<const FactSample> samples, const Tokenizer& tokenizer);

}  // namespace mnemo
