// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/catalog.h"

#include "core/data/error.h"
#include "core/io/mapped_file.h"
#include "core/io/paths.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

#include <algorithm>

namespace mnemo {
namespace {

bool isFolder(const std::filesystem::path& path)
{
    std::error_code none;
    return std::filesystem::is_directory(path, none);
}

CatalogEntry readEntry(const SortedJson& json)
{
    CatalogEntry entry;
    entry.name = json.at("name");
    entry.repo = json.value("repo", "");
    entry.shipped = json.value("shipped", "");
    entry.modelType = json.at("model_type");
    entry.summary = json.value("summary", "");
    entry.layers = json.at("layers");
    entry.hiddenSize = json.at("hidden_size");
    entry.parameters = json.at("parameters");
    entry.demonstration = json.value("demonstration", false);
    if (entry.shipped.empty())
        entry.folder = findInHubCache(entry.repo);
    else if (const auto folder = dataDir() / entry.shipped; isFolder(folder))
        entry.folder = folder;
    return entry;
}

std::string sizeOf(const CatalogEntry& entry)
{
    return std::to_string((entry.parameters + 500'000) / 1'000'000) + " million parameters";
}

[[noreturn]] void notHere(const CatalogEntry& entry)
{
    if (!entry.shipped.empty())
        throw Failure(ErrorCode::NotFound, "The shipped model " + entry.name + " is not in " + shown(dataDir()) + ".",
                      "Install the program's data files again, or set MNEMO_DATA_DIR.");
    throw Failure(
        ErrorCode::NotFound,
        "The model " + entry.name + " (" + entry.repo + ", " + sizeOf(entry) + ") is not on this machine.",
        "Pass a folder in Hugging Face format, or fetch it with `huggingface-cli download " + entry.repo + "`.");
}

}  // namespace

std::vector<CatalogEntry> readCatalog()
{
    const auto file = dataDir() / "catalog.json";
    const SortedJson json = readJsonFile(file, 1 << 20);
    std::vector<CatalogEntry> entries;
    try {
        for (const SortedJson& entry : json.at("models"))
            entries.push_back(readEntry(entry));
    } catch (const SortedJson::exception& error) {
        throw Failure(ErrorCode::Damaged, shown(file) + " is damaged: " + repairUtf8(error.what()) + ".",
                      "Install the program's data files again.");
    }
    return entries;
}

std::filesystem::path resolveModel(const std::string& model)
{
    const std::filesystem::path folder(model);
    std::error_code none;
    const bool isPath = model.starts_with('.') || model.starts_with('/');
    if (!isPath)
        for (const CatalogEntry& entry : readCatalog())
            if (entry.name == model || (!entry.repo.empty() && entry.repo == model)) {
                if (entry.folder)
                    return *entry.folder;
                if (!isFolder(folder))
                    notHere(entry);
            }
    if (!model.empty() && isFolder(folder))
        return folder;
    if (!model.empty() && std::filesystem::exists(folder, none))
        throw Failure(ErrorCode::NotFound, repairUtf8(model) + " is a file.",
                      "Name the folder that holds config.json and the weights.");
    if (!isPath)
        if (const auto cached = findInHubCache(model))
            return *cached;
    throw Failure(ErrorCode::NotFound, "There is no model or folder \"" + repairUtf8(model) + "\".",
                  "Pass a folder in Hugging Face format, or a name that `mnemo models list` shows.");
}

bool isDemonstration(const std::filesystem::path& folder)
{
    try {
        std::error_code ignored;
        return std::ranges::any_of(readCatalog(), [&](const CatalogEntry& entry) {
            return entry.demonstration && entry.folder && std::filesystem::equivalent(*entry.folder, folder, ignored);
        });
    } catch (const Failure&) {
        return false;
    }
}

std::optional<std::filesystem::path> findInHubCache(const std::string& repo)
{
    const std::size_t slash = repo.find('/');
    if (slash == std::string::npos || repo.find('/', slash + 1) != std::string::npos || repo.starts_with('.'))
        return std::nullopt;
    const auto base = hubCacheDir() / ("models--" + repo.substr(0, slash) + "--" + repo.substr(slash + 1));
    std::error_code none;
    if (!std::filesystem::is_regular_file(base / "refs/main", none))
        return std::nullopt;
    std::string commit = readTextFile(base / "refs/main", 4096);
    commit.erase(std::find_if_not(commit.begin(), commit.end(), [](unsigned char c) { return std::isalnum(c); }),
                 commit.end());
    const auto snapshot = base / "snapshots" / commit;
    if (commit.empty() || !std::filesystem::exists(snapshot / "config.json", none))
        return std::nullopt;
    return snapshot;
}

}  // namespace mnemo
