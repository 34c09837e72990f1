// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/core/Tensor.h>
#include <functional>
#include <initializer_list>
#include <vector>

namespace mnemo {

/// Whether autograd records what is done to one of these tensors now; undefined ones do not count.
bool isRecorded(std::initializer_list<at::Tensor> inputs);

/// Whether a kernel with a hand-written backward takes tensors like x while gradients are recorded: float or double on
/// a CPU. Elsewhere at:: operations do, with LibTorch's own backward.
bool hasTwin(const at::Tensor& x);

/// From the gradient by an operation's output to those by its inputs. May leave out what is not wanted.
using Backward = std::function<std::vector<at::Tensor>(const at::Tensor& gradient, const std::vector<bool>& wanted)>;

/// An operation with a hand-written backward: one node in autograd's graph. Nothing happens when no input is recorded.
/// The backward runs without recording, so there is no gradient of a gradient. An input that is written to before it
/// throws c10::Error there.
/// @param inputs may hold undefined tensors
/// @param output of the operation, computed from detached inputs; returned
at::Tensor recorded(const std::vector<at::Tensor>& inputs, at::Tensor output, Backward backward);

}  // namespace mnemo
