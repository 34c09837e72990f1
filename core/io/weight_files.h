// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/safetensors.h"

#include <memory>

namespace mnemo {

/// The weights of a checkpoint folder in Hugging Face format: `model.safetensors`, or the shards that
/// `model.safetensors.index.json` lists. Every shard is opened and checked before the first tensor is handed out; the
/// bytes are valid as long as this object.
class WeightFiles
{
public:
    /// @throws Failure NotFound, Unreadable, Damaged (a missing shard, a tensor that is not in its shard, a shard
    ///         outside the folder), UnsupportedModel for pickled weights alone
    explicit WeightFiles(const std::filesystem::path& folder);

    const std::vector<std::string>& names() const { return m_names; }  ///< sorted
    const TensorView* find(std::string_view name) const;               ///< null when absent
    const TensorView& get(std::string_view name) const;                ///< @throws Failure Damaged when absent
    const std::vector<std::unique_ptr<SafetensorsFile>>& files() const { return m_files; }
    std::uint64_t bytes() const;  ///< of all tensors

private:
    void openShards(const std::filesystem::path& index);

    std::filesystem::path m_folder;
    std::vector<std::unique_ptr<SafetensorsFile>> m_files;
    std::map<std::string, const TensorView*, std::less<>> m_tensors;
    std::vector<std::string> m_names;
};

}  // namespace mnemo
