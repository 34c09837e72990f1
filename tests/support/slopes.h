// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/core/Tensor.h>
#include <functional>
#include <vector>

namespace mnemo::test {

using Tensors = std::vector<at::Tensor>;
using Operation = std::function<at::Tensor(const Tensors&)>;

/// All entries of several tensors, one behind the other.
at::Tensor joined(const Tensors& tensors);

/// By autograd, of a number in which every entry of the output counts, each differently.
Tensors gradientsOf(const Operation& operation, const Tensors& values);

/// Whether they are what differences of that number along random directions say. `values` in double.
bool slopesFit(const Operation& operation, const Tensors& values);

}  // namespace mnemo::test
