// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, H heads, d head width, r rotated entries of a head.
#pragma once
#include "core/engine/rows.h"

namespace mnemo {

/// Frequencies of the r rotated entries, base^(−2i/r), i < r/2, twice. [r], double, on the host.
at::Tensor rotaryFrequencies(std::int64_t rotated, double base);

/// Rotary position embedding of queries and keys (METHODS.md §1.3): the first r entries of each head, rotate-half form.
/// @param qkv_XHd3 per head q, k and v beside each other. May be changed in place: hand in one that nobody else holds.
/// @return the same shape
at::Tensor rotateQueriesAndKeys(const Rows& rows, at::Tensor qkv_XHd3, const at::Tensor& frequencies_r);

/// The same in at:: operations: any device and type, with gradients.
at::Tensor rotateByOperations(const Rows& rows, const at::Tensor& qkv_XHd3, const at::Tensor& frequencies_r);

}  // namespace mnemo
