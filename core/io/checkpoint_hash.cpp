// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/catalog.h"
#include "core/io/mapped_file.h"
#include "core/io/sha256.h"
#include "core/io/weight_files.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr std::size_t wholeUpTo = 64u << 20;
constexpr std::size_t stretches = 256;
constexpr std::size_t stretchBytes = 16u << 10;

/// Name and length go first, so that bytes cannot move from one part to the next unnoticed.
void addNamed(Sha256& hash, const std::string& name, std::span<const std::byte> bytes)
{
    hash.add(name + '\0' + std::to_string(bytes.size()) + '\0');
    hash.add(bytes);
}

void addWeights(Sha256& hash, const SafetensorsFile& file)
{
    addNamed(hash, file.path().filename().string(), file.header());
    const MappedFile all(file.path());
    const auto data = all.bytes().subspan(8 + file.header().size());
    hash.add(std::to_string(data.size()) + '\0');
    if (data.size() <= wholeUpTo) {
        hash.add(data);
        return;
    }
    const std::size_t step = (data.size() - stretchBytes) / (stretches - 1);
    for (std::size_t i = 0; i < stretches; ++i)
        hash.add(data.subspan(i * step, stretchBytes));
}

}  // namespace

std::string checkpointHash(const std::filesystem::path& folder)
{
    Sha256 hash;
    std::error_code none;
    for (const char* name : {"config.json", "tokenizer.json", "tokenizer.model"})
        if (std::filesystem::exists(folder / name, none))
            addNamed(hash, name, MappedFile(folder / name).bytes());
    const WeightFiles weights(folder);
    std::vector<const SafetensorsFile*> files;
    for (const auto& file : weights.files())
        files.push_back(file.get());
    std::ranges::sort(files, {}, [](const SafetensorsFile* file) { return file->path().filename().string(); });
    for (const SafetensorsFile* file : files)
        addWeights(hash, *file);
    return hash.hex();
}

}  // namespace mnemo
