// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, H heads, d head width, T tokens of a run.
#pragma once
#include "core/engine/rows.h"
#include "core/engine/taps.h"

#include <functional>

namespace mnemo {

/// Causal self-attention, softmax(q·k / √d) v, of packed rows. Keys and values of tokens that a run does not carry are
/// read from its ancestors' rows. Taps the site pattern (weights of one query, [H, T of the run], zero beyond the
/// query, also when a patch says otherwise); Mask there sets logits to −∞ before the softmax, and a query that may see
/// nothing attends to nothing.
/// @param qkv_XHd3 per head q, k and v beside each other, rotary positions applied already
/// @return concatenated heads, [X, H·d]
at::Tensor attention(const Rows& rows, const at::Tensor& qkv_XHd3, Taps& tap, int layer);

/// The same in at:: operations, runs of one length together: any device and type, and the pattern.
at::Tensor attendByGroups(const Rows& rows, const at::Tensor& qkv_XHd3, Taps& tap, int layer);

/// The hand-written kernel (float or double), with gradients on a CPU; knows no patches. Rows of runs that enter behind
/// it are left empty.
at::Tensor attendByRows(const Rows& rows, const at::Tensor& qkv_XHd3, const std::function<void()>& checkStop);

}  // namespace mnemo
