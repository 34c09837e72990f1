// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, D d_model, E d_inner.
#pragma once
#include "core/engine/taps.h"

namespace mnemo {

/// x / √(mean x² + ε) ⊙ weight, [X, D]. METHODS.md §1.1.
at::Tensor rmsNorm(const at::Tensor& x_XD, const at::Tensor& weight_D, double epsilon);

/// log(1 + eˣ), entry by entry.
at::Tensor softplus(const at::Tensor& x_XE);

/// x Φ(x), entry by entry, in slices between which a stop is heard.
at::Tensor gelu(const at::Tensor& x_XM, const Taps& tap);

/// s ⊙ g with g = silu(z), [X, E]; taps the site g.
at::Tensor gate(const at::Tensor& s_XE, const at::Tensor& z_XE, Taps& tap, int layer);

}  // namespace mnemo
