// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/core/Tensor.h>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/matrix.h"

namespace mnemo {

using NamedTensors = std::map<std::string, at::Tensor>;

/// Where a model file takes its weights from, by name, with every shape checked. Matrices multiply in the type asked
/// for at loading; small weights (norms, biases, A, D) come in the residual's type, which is at least float.
struct Weights {
    std::function<bool(const std::string&)> has;
    std::function<at::Tensor(const std::string&)> read;  ///< host tensor of any float type, possibly in a mapped file
    at::ScalarType dtype = at::kFloat;                   ///< f32, bf16 or f64
    at::Device device = at::kCPU;
    std::function<void()> taken = [] {};  ///< after each tensor: progress and stop

    at::ScalarType smallType() const { return dtype == at::kDouble ? at::kDouble : at::kFloat; }

    /// A matrix [outputs, inputs]. @throws Failure Damaged naming the tensor, the shape wanted and found
    Matrix matrix(const std::string& name, std::vector<std::int64_t> shape);
    /// A matrix whose outputs are cut into `parts` equal ones, one matrix each.
    std::vector<Matrix> split(const std::string& name, std::vector<std::int64_t> shape, int parts);
    /// Rows that are looked up, on `device`: on the CPU as the file has them, mapped.
    at::Tensor lookup(const std::string& name, std::vector<std::int64_t> shape);
    /// A tensor in the residual's type.
    at::Tensor small(const std::string& name, std::vector<std::int64_t> shape);
    /// The first of several spellings that is there. @throws Failure Damaged naming all of them
    std::string choose(std::initializer_list<std::string> names) const;
};

/// Weights from memory: tests, selftest.
Weights weightsFrom(const NamedTensors& tensors, at::ScalarType dtype, at::Device device = at::kCPU);

}  // namespace mnemo
