// SPDX-License-Identifier: GPL-3.0-or-later
// Layers taken one by one, each time the one that leaves most right (METHODS.md §7.4, §7.5).
#pragma once
#include "core/experiments/pair_runs.h"

#include <functional>
#include <span>
#include <vector>

namespace mnemo {

struct LayerStep {
    int layer = 0;
    PairMeans means;  ///< with this layer and those of the steps before
};

/// The patches of a pair's clean run once these layers are taken. @param taken ascending
using LayerPatches =
    std::function<std::vector<Patch>(const PromptPair& pair, const std::vector<int>& taken, RunId corrupt)>;

/// Hears of each step as soon as it is known. @return whether it goes on
using StepTaken = std::function<bool(const LayerStep& step)>;

/// Takes the layer with the highest accuracy (then probability, then the lower layer) until `taken` says no or no layer
/// is left.
/// @throws as PairRuns::run()
void takeGreedily(const PairRuns& runs, std::span<const std::size_t> pairs, int layers, const LayerPatches& patches,
                  const StepTaken& taken, Reporter& reporter);

/// o := 0 in these layers, all tokens.
std::vector<Patch> removeLayers(const PromptPair& pair, const std::vector<int>& layers, int width);

/// What mixes tokens is the corrupted run's at all tokens: the convolution's output (Mamba; the gate stays clean), or
/// the attention's (GPT-NeoX; the MLP stays clean).
std::vector<Patch> cutCrossTalk(const PromptPair& pair, const std::vector<int>& layers, bool mamba, RunId corrupt);

}  // namespace mnemo
