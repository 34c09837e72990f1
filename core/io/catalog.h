// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// A checkpoint this program knows by name: shipped with it, or a repository on the Hugging Face hub.
struct CatalogEntry {
    std::string name;       ///< what the user types
    std::string repo;       ///< "org/name" on the hub; empty for shipped ones
    std::string shipped;    ///< folder below the data folder; empty for others
    std::string modelType;  ///< "mamba", "gpt_neox"
    std::string summary;    ///< one sentence
    int layers = 0;
    int hiddenSize = 0;
    std::int64_t parameters = 0;
    bool demonstration = false;  ///< made by this project to show the methods; no evidence about other models
    std::optional<std::filesystem::path> folder;  ///< where its files are; absent when not on this machine
};

/// The entries of catalog.json in the data folder, shipped ones first, each looked for on this machine.
/// @throws Failure NotFound, Unreadable, Damaged
std::vector<CatalogEntry> readCatalog();

/// The checkpoint folder of MODEL: a name or repository of the catalogue, a folder in Hugging Face format, or any
/// repository ("org/name") in the hub's cache. To name a folder that is called like an entry, write "./NAME".
/// @throws Failure NotFound with a hint where to get it
std::filesystem::path resolveModel(const std::string& model);

/// Whether the catalogue has this folder as a demonstration; without a catalogue none is one.
bool isDemonstration(const std::filesystem::path& folder);

/// The snapshot of the branch main of a repository in the hub's cache; absent when it is not there.
std::optional<std::filesystem::path> findInHubCache(const std::string& repo);

/// Identity of a checkpoint, 64 hex digits. Covers the bytes of config.json and of the tokenizer file, and of each
/// safetensors file its name, size, header and data: the data whole up to 64 MiB, above that 256 stretches of 16 KiB
/// spread evenly. Time stamps and the folder's name do not count. So another checkpoint gets another hash; a few
/// weights changed by hand in a huge file may not. @throws Failure NotFound, Unreadable, Damaged
std::string checkpointHash(const std::filesystem::path& folder);

}  // namespace mnemo
