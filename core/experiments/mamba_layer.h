// SPDX-License-Identifier: GPL-3.0-or-later
// Which layer of a Mamba is looked into.
#pragma once
#include "core/experiments/describe.h"
#include "core/experiments/pair_runs.h"

#include <span>
#include <vector>

namespace mnemo {

template <class Params, class Owner>
void describeMambaLayer(Description<Params>& description, int Owner::*layer)
{
    description.param("layer", layer, "Layer",
                      "Which layer; -1: the one, other than 0, whose input costs most when it is the corrupted run's.",
                      {.minimum = -1, .maximum = 1e6, .ifUnset = "auto"});
}

/// @throws Failure Usage for a model that is no Mamba, or a layer it does not have. @param layer −1: any
void checkMambaLayer(const LoadedModel& model, int layer, const std::string& experiment);

/// What each layer's resample ablation at all tokens costs: 1 − nld when the layer reads the corrupted run's residual
/// (METHODS.md §7.3). @param pairs indices @throws as PairRuns::run()
std::vector<double> layerCosts(const PairRuns& runs, std::span<const std::size_t> pairs, int layers,
                               Reporter& reporter);

/// The layer with the largest cost. Layer 0 only where there is no other: whatever a model does begins there.
int bottleneckOf(const std::vector<double>& costs);

}  // namespace mnemo
