// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/fact_runs.h"
#include "core/io/fact_set.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

/// What counts as an answer that the model knows: anything; a beginning of the object, as the authors' code judges
/// (METHODS.md §1.4: " R" for "Riyadh"); the object's first token.
enum class Knows { Anything, Lenient, Strict };

/// How an experiment over many facts comes to them.
struct FactChoiceParams {
    std::vector<std::string> facts;      ///< files, or folders of them; none: those of the program
    std::vector<std::string> relations;  ///< names; none: all
    std::filesystem::path only;          ///< a file of facts, or a folder of them; empty: all are used
    std::string promptTemplate = "first";
    int limit = 400;
    std::int64_t seed = 1;
    Knows knows = Knows::Lenient;
    double leastEffect = 0.05;
    Prefix prefix = Prefix::None;
    std::filesystem::path records;  ///< of fact_records.h; empty: nothing is kept
};

template <class Params>
void describeFactChoice(Description<Params>& description)
{
    description
        .param("facts", &FactChoiceParams::facts, "Facts", "Files of facts, or folders of them.",
               {.ifUnset = "the facts of the program"})
        .param("relations", &FactChoiceParams::relations, "Relations", "Names of relations.", {.ifUnset = "all"})
        .param("only", &FactChoiceParams::only, "Only",
               "A file of facts: no others are used, and these in its sentences; all facts may be swapped in.")
        .param(
            "template", &FactChoiceParams::promptTemplate, "Template",
            "Which of a relation's sentences is asked: first, any (one per fact, by the seed), or its number from 1.")
        .param("limit", &FactChoiceParams::limit, "Limit", "Facts that are wanted, the same share of every relation.",
               {.minimum = 1, .maximum = 1e7})
        .param("seed", &FactChoiceParams::seed, "Seed", "Seed of the choice of facts and their partners.",
               {.minimum = 0})
        .choice("knows", &FactChoiceParams::knows,
                {{"anything", Knows::Anything}, {"lenient", Knows::Lenient}, {"strict", Knows::Strict}}, "Knows",
                "Facts are used whose answer the model knows: a beginning of the object, or exactly its first token.")
        .param("least_effect", &FactChoiceParams::leastEffect, "Least effect",
               "Facts whose answer loses less than this much probability by the swap are left out.",
               {.minimum = 0, .maximum = 1})
        .choice("prefix", &FactChoiceParams::prefix, prefixWords(), "Prefix", "What is put before every prompt.");
}

/// A fact with the subject that is swapped in, both known to the model, and what the two unpatched runs say.
struct ChosenFact {
    std::string relation;
    std::string promptTemplate;
    std::string subject;
    std::string object;
    std::string swap;
    FactTask task;
    FactBase base;

    Json toJson() const;  ///< {"relation", "template", "subject", "object", "swap"}
};

struct FactSelection {
    std::vector<ChosenFact> facts;
    int unknown = 0;         ///< asked, and not known
    int withoutPartner = 0;  ///< no known subject of the relation fits
    int sameAnswer = 0;      ///< the swap does not change the most probable token
    int weak = 0;            ///< p − p* below the least effect
    std::vector<FactProblem> problems;

    Json countsJson() const;
};

/// Facts of the files in the order of their relations' turns, each shuffled by the seed, and for each at random a
/// partner as in METHODS.md §2.1: known, another subject with another object and of the same length in tokens, for
/// which the model says something else. The answer is the clean run's most probable token. Asks the model only as far
/// as facts are needed. The same parameters give the same facts; a larger limit begins with them. Where there are facts
/// in `only`, all others of the relation that has their sentence are partners and nothing else; those whose sentence no
/// relation has are partners to each other.
/// @param needsSwap without, facts have no partner and are not judged by what it changes
/// @throws Failure NotFound, Usage when there is no such relation or no usable fact; Cancelled
FactSelection chooseFacts(const FactChoiceParams& params, const ExperimentContext& context, bool needsSwap,
                          Reporter& reporter);

/// The relations that `facts` and `relations` name; without files those of the program. What cannot be used of the
/// files is added to the problems. @throws Failure NotFound; Usage when there is no such relation
std::vector<Relation> readRelations(const FactChoiceParams& params, std::vector<FactProblem>& problems);

/// One of the relation's sentences: "first", or its number from 1.
/// @param words that are allowed instead of a number, for the message @throws Failure Usage when it has no such
const std::string& chosenTemplate(const Relation& relation, const std::string& chosen, const std::string& words);

/// @param token as it is displayed @return METHODS.md §1.4, is_nontrivial_prefix
bool isBeginningOf(std::string_view token, std::string_view object);

}  // namespace mnemo
