// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/experiment.h"

#include <ATen/core/Tensor.h>
#include <vector>

namespace mnemo {

/// Cosine similarities of what tokens write into a Mamba layer's state, Δ B c, and of the state after tokens, over all
/// E·N entries (METHODS.md §7.6, Fig. 6). Each is [T, T], row-major; NaN where a vector is zero.
struct StateCosines {
    std::vector<double> writeState;       ///< write of i with the state after j
    std::vector<double> writeWrite;       ///< writes of i and j
    std::vector<double> stateState;       ///< states after i and j
    std::vector<double> propagatedState;  ///< what the state after j ≥ i keeps of the write of i, with it; else NaN
};

/// What T tokens write, the states after them and their steps Δ; double.
struct LayerStates {
    at::Tensor writes_TW, states_TW;  ///< W = E·N
    at::Tensor steps_TE;
};

/// Of one prompt. @throws what runPlan throws
LayerStates readLayerStates(const std::vector<int>& ids, int layer, const ExperimentContext& context,
                            Reporter& reporter);

/// @param a_EN double: a step Δ keeps exp(Δ A) of the state @throws Cancelled
StateCosines stateCosines(const LayerStates& states, const at::Tensor& a_EN, Reporter& reporter);

}  // namespace mnemo
