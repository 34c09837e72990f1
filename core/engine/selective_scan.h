// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, E d_inner, N d_state.
#pragma once
#include "core/engine/rows.h"
#include "core/engine/taps.h"

namespace mnemo {

/// What one layer's scan reads. All in one type, float or double.
struct ScanInput {
    at::Tensor c_XE;           ///< input, after convolution and SiLU
    at::Tensor delta_XE;       ///< step size, > 0 behind its softplus
    at::Tensor A_EN;           ///< decay, < 0
    at::Tensor B_XN;           ///< write direction
    at::Tensor C_XN;           ///< read direction
    at::Tensor D_E;            ///< skip weight
    bool rawSteps = false;     ///< delta_XE is yet to go through its softplus
    at::Tensor z_XE = {};      ///< the gate before its SiLU; undefined: nothing is gated
    at::Tensor kept_GNE = {};  ///< states behind kept rows, which runs begin with

    ScanInput detached() const;
    at::Tensor steps(const at::Tensor& delta) const;  ///< of some of delta_XE: behind the softplus
};

/// Selective scan of a Mamba block.
///
///   S_t = exp(Δ_t ⊙ A) ⊙ S_{t−1} + (Δ_t ⊙ c_t) B_tᵀ        s_t = S_t C_t + D ⊙ c_t, or that ⊙ silu(z_t)
///
/// A run that joins at a later token starts from the state its ancestor has there. Taps the sites write and state.
/// @return s_XE, before its own site; with a gate sg_XE
/// Source: Gu & Dao 2023 (arXiv:2312.00752), Algorithm 2; the fast kernel is compared with scanByTokens in
/// tests/engine/tst_selective_scan.cpp. Cost: X·E·N multiply-adds; sequential in tokens, parallel in channels.
at::Tensor selectiveScan(const Rows& rows, const ScanInput& input, Taps& tap, int layer);

/// Taps the site s in the tail of the block; with Mask, hidden-attention terms are subtracted (METHODS.md §6.1).
at::Tensor tapScan(const Rows& rows, const ScanInput& input, at::Tensor s_XE, Taps& tap, int layer);

/// The same in at:: operations, token by token: any device and type, patches of write and state.
at::Tensor scanByTokens(const Rows& rows, const ScanInput& input, Taps& tap, int layer);

/// The hand-written kernel (float or double, on a CPU or a GPU), with gradients on a CPU; knows no patches.
/// @param keep receives the states that later passes begin with; null: there are none
at::Tensor scanByBlocks(
    const Rows& rows, const ScanInput& input, const std::function<void()>& checkStop = [] {},
    KeptLayer* keep = nullptr);

/// Hidden attention: what the tokens `keys` give to s of token `query` of a run,
/// Σ_q Σ_n C_k[n] exp(A[e,n] Σ_{i=q+1..k} Δ_i[e]) Δ_q[e] B_q[n] c_q[e]. [E]; keys after the query give nothing.
at::Tensor hiddenAttention(const Rows& rows, const ScanInput& input, int run, int query, const std::vector<int>& keys);

}  // namespace mnemo
