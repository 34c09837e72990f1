// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, H heads, d head width, T tokens of a run.
#pragma once
#include "core/engine/rows.h"
#include "core/engine/taps.h"

namespace mnemo {

/// Causal self-attention, softmax(q·k / √d) v, of packed rows. Keys and values of tokens that a run does not carry are
/// read from its ancestors' rows. Taps the site pattern (weights of one query, [H, T of the run], zero beyond the
/// query, also when a patch says otherwise); Mask there sets logits to −∞ before the softmax, and a query that may see
/// nothing attends to nothing.
/// @param q_XHd, k_XHd, v_XHd rotary positions applied already
/// @return concatenated heads, [X, H·d]
at::Tensor attention(const Rows& rows, const at::Tensor& q_XHd, const at::Tensor& k_XHd, const at::Tensor& v_XHd,
                     Taps& tap, int layer);

}  // namespace mnemo
