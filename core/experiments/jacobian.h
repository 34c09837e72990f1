// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: D d_model, L layers asked for.
#pragma once
#include "core/data/reporter.h"
#include "core/experiments/experiment.h"

#include <ATen/core/Tensor.h>
#include <vector>

namespace mnemo {

/// The embedding's output, where layers are counted by the states behind them.
inline constexpr int embeddingLayer = -1;

/// The residual behind a layer: embed, or h of a block.
Site residualBehind(int layer);

/// Which derivatives of a prompt are wanted.
struct JacobianRequest {
    std::vector<int> ids;     ///< of the prompt, prefix included
    int position = 0;         ///< of the state h, such as the subject's last token
    std::vector<int> layers;  ///< ascending, each once; embeddingLayer for the embedding
};

/// How the end of a forward pass hangs on one of its states, at first order: z ≈ J h + (z − J h).
struct StateJacobian {
    int layer = 0;
    at::Tensor J_DD;  ///< ∂z/∂h, [entries of z, entries of h], float, on the model's device
    at::Tensor h_D;   ///< the residual behind the layer at the position
    at::Tensor z_D;   ///< the residual behind the last block at the prompt's last token, before the last norm
};

/// Jacobians of all layers asked for, in their order. The other tokens' states behind the layer are held.
///
/// A gradient that arrives at a state behind a layer is the derivative with all other states behind that layer held, so
/// one pass backward gives a row of J for every layer. The prompt is run once; then copies of its last tokens, from the
/// position on and from the first layer asked for, are recorded together, and each pass backward through them gives as
/// many rows of J as there are copies. Source: METHODS.md §5.2; Hernandez et al. 2024 (arXiv:2308.09124), §3.1.
/// @throws Failure Usage for a position or layer that is not there; as RepeatedPlan; Cancelled
std::vector<StateJacobian> stateJacobians(const ExperimentContext& context, const JacobianRequest& request,
                                          Reporter& reporter);

/// Layers whose Jacobians fit into the memory beside the graph, at least 1.
int jacobianLayersTogether(const ExperimentContext& context);

}  // namespace mnemo
