// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/edit.h"
#include "core/data/json.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mnemo {

/// Where a rank-one term is added in a checkpoint: W[firstRow + o, i] += α u_o v_i.
struct WeightTerm {
    std::string tensor;
    std::int64_t firstRow = 0;
    EditTerm term;
    double alpha = 1;
};

enum class CheckpointType {
    Base,  ///< each tensor in its own type: edited weights are rounded to it
    F32,   ///< all floating-point tensors in float: nothing is rounded away
};

/// Writes a copy of a checkpoint in Hugging Face format with terms added to its weights, which `transformers` loads:
/// its shards, config.json (torch_dtype fitted), every other file of the folder, and mnemo_edits.json with `record`.
/// The folder appears whole or not at all.
/// @param folder must not exist, or be empty
/// @param onTensor called with how many tensors are done, and of how many; what it throws ends the writing
/// @throws Failure Usage when the folder is not empty; NotFound, Unreadable, Damaged for the base; WriteFailed
void writeEditedCheckpoint(const std::filesystem::path& base, const std::vector<WeightTerm>& terms, CheckpointType type,
                           const Json& record, const std::filesystem::path& folder,
                           const std::function<void(std::size_t, std::size_t)>& onTensor);

}  // namespace mnemo
