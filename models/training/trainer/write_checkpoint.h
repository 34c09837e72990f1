// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <vector>

#include "models/training/trainer/parameters.h"

namespace mnemo {

/// config.json and model.safetensors (bfloat16) in Hugging Face format, each whole or not at all; tokenizer.model,
/// which the training text needed, lies beside them. @throws Failure WriteFailed
void writeCheckpoint(const std::filesystem::path& folder, const ModelConfig& config,
                     const std::vector<Parameter>& parameters);

}  // namespace mnemo
