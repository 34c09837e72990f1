// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/describe.h"
#include "core/experiments/jacobian.h"
#include "core/experiments/lre_data.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// How a relation's linear map is estimated and tried (METHODS.md §5). The defaults are the paper's; the authors' runs
/// of Mamba had two or three examples in the prompts of the estimate.
struct LreParams {
    std::vector<std::string> facts;
    std::string promptTemplate = "first";
    int train = 5;        ///< n
    int shots = -1;       ///< −1: all training facts; none for demonstration models
    int trainShots = -1;  ///< −1: as many as in the prompts of the test, itself left out
    std::int64_t seed = 1;
    Prefix prefix = Prefix::EosSpace;
    std::string betas = "auto";
    std::string ranks = "auto";
    int decodeRank = 0;
    double cacheGib = 2;
};

template <class Params>
void describeLre(Description<Params>& description)
{
    description
        .param("facts", &LreParams::facts, "Facts", "Files of facts, or folders of them.",
               {.ifUnset = "the facts of the program"})
        .param("template", &LreParams::promptTemplate, "Template",
               "Which of a relation's sentences is asked: first, or its number from 1.")
        .param("train", &LreParams::train, "Estimated from",
               "Facts whose Jacobians are averaged, n, with as many objects as can be.", {.minimum = 1, .maximum = 100})
        .param(
            "shots", &LreParams::shots, "Examples",
            "Facts that stand before the one that is asked, a line each; -1: all that the map is estimated from, none "
            "for the demonstration models, which have read one sentence at a time.",
            {.minimum = -1, .maximum = 100, .ifUnset = "auto"})
        .param("train_shots", &LreParams::trainShots, "Examples in the estimate",
               "The same in the prompts of the estimate, of the other facts; -1: as many as there are for.",
               {.minimum = -1, .maximum = 100, .ifUnset = "as many as there are"})
        .param("seed", &LreParams::seed, "Seed", "Seed of the split; each trial has its own.", {.minimum = 0})
        .choice("prefix", &LreParams::prefix, prefixWords(), "Prefix", "What is put before every prompt.")
        .param("betas", &LreParams::betas, "Beta", "Values of β: numbers, or first:last:step; auto: 0:5:0.25.")
        .param("ranks", &LreParams::ranks, "Rank",
               "Ranks ρ of the inverse: numbers, or first:last:step; auto: powers of two, and the width.")
        .param("decode_rank", &LreParams::decodeRank, "Rank of W",
               "Singular values that W keeps when it decodes (Eq. 8 of the paper); 0: all, as the authors ran it.",
               {.minimum = 0, .maximum = 1e6, .ifUnset = "all"})
        .param("cache_gib", &LreParams::cacheGib, "Kept on disk", "GiB of Jacobians that are kept for later runs.",
               {.minimum = 0, .maximum = 1e6});
}

/// The settings, read and checked against the model.
struct LreSettings {
    LreParams params;
    int shots = 0;  ///< examples in a prompt of the test
    std::vector<double> betas;
    std::vector<int> ranks;

    std::int64_t cacheBytes() const { return std::int64_t(params.cacheGib * double(std::int64_t(1) << 30)); }
};

/// @throws Failure Usage naming a value that is no number, or a rank above the model's width
LreSettings readSettings(const LreParams& params, const LoadedModel& model);

/// "emb", "3", "2-5": layers of a model, ascending; none: all, the embedding first. @throws Failure Usage
std::vector<int> readLayers(const std::vector<std::string>& texts, int layers);
std::string layerLabel(int layer);  ///< "emb", "0", …

/// The sentence of a relation that is asked. @throws Failure Usage when it has no such
const std::string& templateOf(const LreParams& params, const Relation& relation);

/// The facts of the params' files. @param names of relations; none: all
/// @throws Failure as readRelations()
std::vector<Relation> relationsOf(const LreParams& params, const std::vector<std::string>& names);

/// The split of one trial, and the prompts that are made of it.
class LrePrompts
{
public:
    /// @throws Failure as splitRelation(), fewShotPrompt()
    LrePrompts(const LreSettings& settings, const Relation& relation, int trial, const LoadedModel& model);

    std::uint64_t seed() const { return m_seed; }
    const LreSplit& split() const { return m_split; }

    /// Of the training facts, each among others of them. @param layers of the Jacobians
    std::vector<JacobianRequest> estimate(const std::vector<int>& layers) const;

    /// None when the subject cannot be told apart in it, or it is too long.
    std::optional<FilledPrompt> test(const std::string& subject) const;

private:
    const LreSettings& m_settings;
    const std::string& m_template;
    const LoadedModel& m_model;
    std::uint64_t m_seed;
    LreSplit m_split;
    std::vector<FilledPrompt> m_train;
};

}  // namespace mnemo
