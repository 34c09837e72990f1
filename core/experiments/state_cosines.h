// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/experiment.h"

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace mnemo {

/// Cosine similarities of what tokens write into a Mamba layer's state, Δ B c, and of the state after tokens, over all
/// E·N entries (METHODS.md §7.6, Fig. 6). Each is [T, T], row-major; NaN where a vector is zero.
struct StateCosines {
    std::vector<double> writeState;  ///< write of i with the state after j
    std::vector<double> writeWrite;  ///< writes of i and j
    std::vector<double> stateState;  ///< states after i and j
    std::vector<double>
        propagatedState;  ///< what of the write of i is left after j ≥ i, with that state; NaN for j < i
};

/// T tokens' writes [T, E·N], states [T, E·N] and steps [T, E].
struct LayerStates {
    int tokens = 0;
    std::vector<std::vector<float>> writes, states, steps;
};

/// Of one prompt. @throws what runPlan throws
LayerStates readLayerStates(const std::vector<int>& ids, int layer, const ExperimentContext& context,
                            Reporter& reporter);

/// @param stateMatrix A, [E, N] row-major: a step Δ keeps exp(Δ A) of the state
StateCosines stateCosines(const LayerStates& states, std::span<const double> stateMatrix);

}  // namespace mnemo
