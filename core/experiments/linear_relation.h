// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: D d_model, N samples, R ranks.
#pragma once
#include "core/experiments/jacobian_cache.h"

#include <ATen/core/Tensor.h>
#include <functional>
#include <span>
#include <vector>

namespace mnemo {

/// A relation as one affine map from the state of a subject to the state that gives its object: z ≈ β W h + b.
/// Source: METHODS.md §5.2; Hernandez et al. 2024 (arXiv:2308.09124), Eq. 5; Sen Sharma et al. 2024, Eq. 8.
class LinearRelation
{
public:
    LinearRelation(int layer, at::Tensor W_DD, at::Tensor b_D);

    int layer() const { return m_layer; }
    const at::Tensor& W_DD() const { return m_W_DD; }
    const at::Tensor& b_D() const { return m_b_D; }

    /// W h of states [N, D]. @param rank of W's first singular values; 0: W as it is
    at::Tensor mapped(const at::Tensor& h_ND, int rank = 0) const;

    /// What must be added to the states [N, D] for z to move so far [N, D]: W's pseudo-inverse of this rank, β left
    /// out.
    /// @param rank 1 … rank()
    at::Tensor inverse(const at::Tensor& dz_ND, int rank) const;

    /// Singular values that are told from rounding, as matrix_rank() of NumPy and LibTorch counts them.
    int rank() const;

private:
    void decompose() const;

    int m_layer;
    at::Tensor m_W_DD, m_b_D;
    mutable at::Tensor m_U_DD, m_sigma_D, m_Vt_DD;  // once, when first asked for
};

/// Mean over the prompts of W = J and b = z − J h, layer by layer.
/// @param prompts of which all ask for the same layers @param onPrompt called behind each
/// @throws Failure as stateJacobians(); Cancelled
std::vector<LinearRelation> estimateLinear(JacobianCache& jacobians, std::span<const JacobianRequest> prompts,
                                           Reporter& reporter, const std::function<void()>& onPrompt);

}  // namespace mnemo
