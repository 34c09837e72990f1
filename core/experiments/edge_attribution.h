// SPDX-License-Identifier: GPL-3.0-or-later
// Edge attribution patching, plain and integrated, per pair and position (METHODS.md §7.7).
// Letters: S sources and J destinations (both all nodes), T tokens, D d_model.
#pragma once
#include "core/experiments/circuit_nodes.h"
#include "core/experiments/pair_runs.h"

#include <ATen/core/Tensor.h>
#include <span>
#include <vector>

namespace mnemo {

/// Points α ∈ [0, 1] at which all edges are patched by a part, and their weights.
struct PatchedParts {
    std::vector<double> alphas;
    std::vector<double> weights;

    static PatchedParts plain();                ///< α = 0: the derivative at the clean run
    static PatchedParts trapezoid(int points);  ///< the integral over α, points ≥ 2
    static PatchedParts mean(int points);       ///< of points with both ends, as the authors take it
};

/// The points in so many at once, each part with the weights it has in all; a point α = 1 is not left alone.
/// @param most at least 2
std::vector<PatchedParts> partsInTurn(const PatchedParts& parts, std::size_t most);

struct PairAttribution {
    at::Tensor edges_SJT;        ///< f64 on the host; 0 before the first token that differs, and where there is no edge
    std::vector<double> metric;  ///< normalised logit difference at each α
};

/// attr(i → j, t) = Σ_α weight · (out_i of the corrupted run − out_i of this pass) · ∂nld/∂in_j, both at token t, in a
/// pass in which every edge is patched by the share α. Of each pair by itself: no mean over a batch is in it. At α = 1
/// nothing but the embedding differs from the corrupted run, and only the output still hears of it: that point costs no
/// pass of its own. Points that do not fit into the memory at once are passed through in turn.
/// @param pairs indices of `runs`
/// @throws what runWithGradients throws; Cancelled
std::vector<PairAttribution> attributeEdges(const ExperimentContext& context, const CircuitNodes& nodes,
                                            const PairRuns& runs, std::span<const std::size_t> pairs,
                                            const PatchedParts& parts, Reporter& reporter);

/// How many pairs like these attributeEdges() should be given at once: what fills the device, or fits into the memory,
/// but at least one.
std::size_t pairsTogether(const ExperimentContext& context, const PairRuns& runs, const PatchedParts& parts);

}  // namespace mnemo
