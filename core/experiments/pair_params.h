// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/describe.h"
#include "core/experiments/pair_set.h"

#include <cstdint>
#include <filesystem>

namespace mnemo {

/// Which pairs an experiment runs over: a person's own, or sentences of indirect objects. The seed is the paper's.
struct PairParams {
    std::filesystem::path pairs;
    std::filesystem::path material;
    int count = 10;
    bool symmetric = true;
    std::int64_t seed = 27;
    Prefix prefix = Prefix::Eos;
};

/// Of sentences that something is tried on: other ones than were used to find it. The paper's 28 for its 27.
constexpr std::int64_t heldOutSeed(std::int64_t seed)
{
    return seed + 1;
}

template <class Params>
void describeMaterial(Description<Params>& description)
{
    description.param("material", &PairParams::material, "Material",
                      "A file of templates, names, places and objects for sentences.", {.ifUnset = "the program's"});
}

template <class Params>
void describeSentences(Description<Params>& description)
{
    description.param("seed", &PairParams::seed, "Seed", "Seed of the sentences.", {.minimum = 0})
        .choice("prefix", &PairParams::prefix, prefixWords(), "Prefix", "What is put before every prompt.");
}

template <class Params>
void describePairs(Description<Params>& description)
{
    description.param("pairs", &PairParams::pairs, "Pairs",
                      "A file of clean and corrupted prompts, a JSON object per line.",
                      {.ifUnset = "sentences of indirect objects"});
    describeMaterial(description);
    description
        .param("count", &PairParams::count, "Pairs of each", "Pairs made of each corruption, or read of each group.",
               {.minimum = 1, .maximum = 1e6})
        .param("symmetric", &PairParams::symmetric, "Both ways", "Every pair is also run the other way round.");
    describeSentences(description);
}

/// The pairs, and what a result says of them.
struct ChosenPairs {
    std::vector<PromptPair> pairs;
    Json leftOut = Json::object();  ///< words with a reason; pairs of another layout
    std::string source;             ///< "two-names.json", "pairs.jsonl"
};

/// All; or those a circuit is found with, and others to try it on: of a file the first `count` of each group, but no
/// more than half of it, and as many of those behind them; of sentences those of heldOutSeed().
enum class PairShare { All, Train, HeldOut };

/// @throws Failure as readContrastPairs, readIoiMaterial, usableWords, readPairs; Usage when a file has none to hold
/// out
ChosenPairs choosePairs(const PairParams& params, const LoadedModel& model, PairShare share = PairShare::All);

/// Without the pairs whose names stand at other tokens than in most of them; `leftOut` says how many these are.
ChosenPairs ofOneLayout(ChosenPairs chosen);

/// The same, than in another pair. @throws Failure Usage when none is left
ChosenPairs ofLayoutOf(const PromptPair& other, ChosenPairs chosen);

/// {"source", "count", "groups": [{"label", "pairs"}], "left_out"}
Json toJson(const ChosenPairs& chosen);

}  // namespace mnemo
