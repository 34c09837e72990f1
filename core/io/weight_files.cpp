// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/weight_files.h"

#include "core/data/error.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

/// A shard is a file of this folder: no separators, no "..".
bool isPlainName(const std::string& name)
{
    return !name.empty() && name != "." && name != ".." && name.find_first_of("/\\") == std::string::npos &&
           name.find('\0') == std::string::npos;
}

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& why)
{
    throw Failure(ErrorCode::Damaged, shown(file) + ": " + why + ".", "Get the checkpoint's files again, all of them.");
}

}  // namespace

WeightFiles::WeightFiles(const std::filesystem::path& folder) : m_folder(folder)
{
    std::error_code none;
    const auto single = folder / "model.safetensors";
    const auto index = folder / "model.safetensors.index.json";
    if (std::filesystem::exists(single, none)) {
        m_files.push_back(std::make_unique<SafetensorsFile>(single));
        for (const TensorView& tensor : m_files.front()->tensors())
            m_tensors.emplace(tensor.name, &tensor);
    } else if (std::filesystem::exists(index, none)) {
        openShards(index);
    } else if (std::filesystem::exists(folder / "pytorch_model.bin", none)) {
        throw Failure(ErrorCode::UnsupportedModel,
                      "The weights in " + shown(folder) + " are pickled (pytorch_model.bin); safetensors are needed.",
                      "Convert them with save_pretrained(…, safe_serialization=True), or choose the -hf checkpoint.");
    } else {
        throw Failure(ErrorCode::NotFound, "The folder " + shown(folder) + " has no model.safetensors.",
                      "Name a folder in Hugging Face format.");
    }
    for (const auto& entry : m_tensors)
        m_names.push_back(entry.first);
}

void WeightFiles::openShards(const std::filesystem::path& index)
{
    const SortedJson json = readJsonFile(index);
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        damaged(index, "there is no weight_map");
    std::map<std::string, const SafetensorsFile*> shards;
    for (const auto& [name, value] : json["weight_map"].items()) {
        if (!value.is_string() || !isPlainName(value.get_ref<const std::string&>()))
            damaged(index, "the shard of \"" + name + "\" is " + value.dump() + ", which is no file of this folder");
        const auto shardName = value.get<std::string>();
        const auto path = m_folder / shardName;
        auto& shard = shards[shardName];
        if (!shard) {
            std::error_code none;
            if (!std::filesystem::exists(path, none))
                damaged(index, "the shard " + shardName + " is missing");
            m_files.push_back(std::make_unique<SafetensorsFile>(path));
            shard = m_files.back().get();
        }
        const TensorView* tensor = shard->find(name);
        if (!tensor)
            damaged(path, "the tensor \"" + name + "\" should be here and is not");
        m_tensors.emplace(name, tensor);
    }
}

const TensorView* WeightFiles::find(std::string_view name) const
{
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? nullptr : found->second;
}

const TensorView& WeightFiles::get(std::string_view name) const
{
    if (const TensorView* tensor = find(name))
        return *tensor;
    damaged(m_folder, "the tensor \"" + std::string(name) + "\" is missing");
}

std::uint64_t WeightFiles::bytes() const
{
    std::uint64_t sum = 0;
    for (const auto& entry : m_tensors)
        sum += entry.second->bytes.size();
    return sum;
}

}  // namespace mnemo
