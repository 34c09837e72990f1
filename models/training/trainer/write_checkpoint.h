// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "models/training/trainer/parameters.h"

namespace mnemo {

/// A folder in Hugging Face format: config.json, model.safetensors in bfloat16, tokenizer.model; each file whole or not
/// at all. @param tokenizer the bytes of tokenizer.model
/// @throws Failure WriteFailed
void writeCheckpoint(const std::filesystem::path& folder, const ModelConfig& config,
                     const std::vector<Parameter>& parameters, const std::string& tokenizer);

}  // namespace mnemo
