// SPDX-License-Identifier: GPL-3.0-or-later
// Patched runs of many pairs of prompts, and how near to the clean or the corrupted run they come (METHODS.md §7.2).
#pragma once
#include "core/data/plan.h"
#include "core/experiments/experiment.h"
#include "core/experiments/pair_set.h"

#include <functional>
#include <span>
#include <vector>

namespace mnemo {

/// What a run says at the end of a pair's prompt.
struct PairAnswer {
    double difference = 0;   ///< logit of the clean answer − logit of the corrupted one's
    double probability = 0;  ///< of the clean answer among the pair's candidates
    bool right = false;      ///< it has the largest logit of them
};

/// @param tokens scores of the pair's candidates, in their order
PairAnswer answerOf(const std::vector<TokenScore>& tokens);

struct PairBaseline {
    PairAnswer clean;
    PairAnswer corrupt;  ///< what the corrupted run says of the clean run's answer

    /// Normalised logit difference: 1 = as the clean run, 0 = as the corrupted; may leave [0, 1].
    /// @param absolute divides by |clean − corrupted|, so that a pair the model has wrong is not rewarded for getting
    ///                 worse (the authors' addition); else by clean − corrupted
    double normalized(double difference, bool absolute = true) const;
};

/// A mean over pairs.
struct PairMeans {
    int pairs = 0;
    double normalized = 0;
    double probability = 0;
    double accuracy = 0;

    void add(const PairBaseline& baseline, const PairAnswer& answer);  ///< running means
};

Json toJson(const PairMeans& means);  ///< {"pairs", "nld", "accuracy", "probability"}

/// The patches of one variant of a pair's clean run. @param corrupt the pair's corrupted run
using PairPatches = std::function<std::vector<Patch>(const PromptPair& pair, std::size_t variant, RunId corrupt)>;

/// Pairs with what the model says of them without patches. One thread.
class PairRuns
{
public:
    /// Runs both prompts of every pair. @throws what runPlan throws; Cancelled
    PairRuns(const ExperimentContext& context, std::vector<PromptPair> pairs, Reporter& reporter);

    const std::vector<PromptPair>& pairs() const { return m_pairs; }
    const PairBaseline& baseline(std::size_t pair) const { return m_baselines[pair]; }
    PairMeans cleanMeans() const;

    using Done = std::function<void(std::size_t pair, const std::vector<PairAnswer>& answers)>;

    /// Variants of the clean runs of some pairs, with progress in runs. Without patches a variant answers as the clean
    /// run, and no run is made.
    /// @param pairs indices; @param done called pair by pair, in their order
    /// @throws what runPlan throws; Cancelled
    void run(std::span<const std::size_t> pairs, std::size_t variants, const PairPatches& patches, const Done& done,
             Reporter& reporter) const;

    /// Of all pairs, the means of each variant.
    std::vector<PairMeans> means(std::span<const std::size_t> pairs, std::size_t variants, const PairPatches& patches,
                                 Reporter& reporter) const;

    std::vector<std::size_t> all() const;

private:
    const ExperimentContext& m_context;
    std::vector<PromptPair> m_pairs;
    std::vector<PairBaseline> m_baselines;
};

/// Copies a site's state of the corrupted run to the same positions.
Patch fromCorrupt(const Site& site, std::vector<int> positions, RunId corrupt);

}  // namespace mnemo
