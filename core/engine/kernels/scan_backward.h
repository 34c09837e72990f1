// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, E channels, N states per channel. No torch in this folder: plain pointers.
#pragma once
#include "core/engine/kernels/scan_kernel.h"

namespace mnemo {

/// Where the scan's gradients go. Those of one thread's own buffers (`…_XN`) are added to, all others are written.
template <typename T>
struct ScanGradients {
    const T* y_XE;  ///< by the output: what is given
    T* u_XE;
    T* delta_XE;  ///< before the softplus where the steps were raw
    T* z_XE;      ///< null without a gate
    T* A_NE;
    T* B_XN;
    T* C_XN;
    T* D_E;
};

/// The backward of scanBlocks, for the same blocks of channels. Goes through the segments from the last to the first;
/// states are computed again, segment by segment. With the letters of scanBlocks, g for the gradient by y before its
/// gate and G for that by the state:
///
///   G_t = C_t g_t + exp(Δ_{t+1} A) G_{t+1}        ∂u_t = D g_t + Δ_t (G_t·B_t)        ∂C_t = Σ_e g_t S_t
///   ∂Δ_t = u_t (G_t·B_t) + (exp(Δ_t A) S_{t−1} ⊙ G_t)·A        ∂A = Σ_t Δ_t exp(Δ_t A) S_{t−1} ⊙ G_t
///   ∂B_t = Σ_e Δ_t u_t G_t        ∂D = Σ_t g_t u_t
///
/// A segment that others start from takes their gradients by its state over where they begin.
void scanBlocksBackward(const ScanArgs<float>& args, const ScanGradients<float>& gradients, std::int64_t begin,
                        std::int64_t end);
void scanBlocksBackward(const ScanArgs<double>& args, const ScanGradients<double>& gradients, std::int64_t begin,
                        std::int64_t end);

}  // namespace mnemo
