// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/language_model.h"
#include "core/engine/weights.h"
#include "core/io/model_config.h"

#include <cstdint>
#include <memory>

namespace mnemo::test {

/// A random model in memory. Matrices have σ ≈ 0.3, norms, biases, D and A differ from 1 and 0; the embedding is
/// larger, so that prompts give different answers. Engine and reference read the same tensors (kept in double).
struct TinyModel {
    ModelConfig config;
    NamedTensors tensors;  ///< names as in a Hugging Face checkpoint

    std::unique_ptr<LanguageModel> build(at::ScalarType dtype, at::Device device = at::kCPU) const;
};

/// @param scale of all widths and of the vocabulary
TinyModel tinyMambaWeights(std::uint64_t seed, int layers = 3, int scale = 1);
TinyModel tinyNeoxWeights(std::uint64_t seed, int layers = 3, int scale = 1);

std::shared_ptr<LanguageModel> tinyMamba(std::uint64_t seed, at::ScalarType dtype = at::kFloat);
std::shared_ptr<LanguageModel> tinyNeox(std::uint64_t seed, at::ScalarType dtype = at::kFloat);

}  // namespace mnemo::test
