// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/rows.h"
#include "core/engine/taps.h"

namespace mnemo {

/// Depthwise causal convolution of a Mamba block and its SiLU (METHODS.md §1.1): K taps, the last one is the current
/// token.
///
///   u_t = bias + Σ_j weight[j] ⊙ a_{t−K+1+j},   zeros left of the sequence;   c_t = silu(u_t)
///
/// Taps the sites conv[−K+1] … conv[0] (each term alone) and conv.
/// @param a_XE         input, packed rows; tokens that a run does not carry are read from its ancestors' rows
/// @param weight_KE    one row per tap
/// @param bias_E       may be undefined
/// @return c_XE
at::Tensor causalConvSilu(const Rows& rows, const at::Tensor& a_XE, const at::Tensor& weight_KE,
                          const at::Tensor& bias_E, Taps& tap, int layer);

}  // namespace mnemo
