// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/core/Tensor.h>
#include <string>
#include <vector>

#include "core/engine/weights.h"
#include "models/training/trainer/recipe.h"

namespace mnemo {

/// What a parameter is to the optimizer.
enum class ParameterKind {
    Embedding,  ///< of tokens, and the head: a matrix whose rows are looked up
    Matrix,
    Vector,  ///< has no weight decay; also what is not multiplied as a matrix
};

/// One tensor of a checkpoint while it is learnt: float32, a leaf of autograd's graph.
struct Parameter {
    std::string name;  ///< as in a Hugging Face checkpoint
    at::Tensor value;
    ParameterKind kind = ParameterKind::Vector;
    at::Tensor mask;  ///< entries that may differ from zero; undefined: all
};

/// Random ones for recipe.model, in a fixed order, the same for the same seed and version of LibTorch. Mamba as Gu &
/// Dao start it (A = −1 … −N, Δ log-uniform in 0.001 … 0.1, D = 1), GPT-NeoX normal with σ 0.02.
std::vector<Parameter> initialParameters(const TrainingRecipe& recipe);

NamedTensors byName(const std::vector<Parameter>& parameters);

}  // namespace mnemo
