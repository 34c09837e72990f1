// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/paths.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace mnemo {
namespace {

/// The variable's value, with a leading "~" for the home folder; empty when it is unset.
std::filesystem::path fromEnvironment(const char* name)
{
    const char* value = std::getenv(name);
    const std::string text = value ? value : "";
    const char* home = std::getenv("HOME");
    if (home && (text == "~" || text.starts_with("~/")))
        return std::filesystem::path(home) / text.substr(text.size() > 1 ? 2 : 1);
    return text;
}

/// $XDG_CACHE_HOME, ~/.cache
std::filesystem::path userCacheDir()
{
    const auto given = fromEnvironment("XDG_CACHE_HOME");
    return given.empty() ? fromEnvironment("HOME") / ".cache" : given;
}

}  // namespace

std::filesystem::path executableDir()
{
    std::error_code none;
    const auto exe = std::filesystem::read_symlink("/proc/self/exe", none);
    return none ? std::filesystem::current_path() : exe.parent_path();
}

std::filesystem::path dataDir()
{
    const auto given = fromEnvironment("MNEMO_DATA_DIR");
    return given.empty() ? (executableDir() / "../share/mnemoscope").lexically_normal() : given;
}

std::filesystem::path stateDir()
{
    const auto given = fromEnvironment("XDG_STATE_HOME");
    return (given.empty() ? fromEnvironment("HOME") / ".local/state" : given) / "mnemoscope";
}

std::filesystem::path hubCacheDir()
{
    for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
        if (const auto cache = fromEnvironment(name); !cache.empty())
            return cache;
    if (const auto home = fromEnvironment("HF_HOME"); !home.empty())
        return home / "hub";
    return userCacheDir() / "huggingface/hub";
}

std::filesystem::path cacheDir()
{
    return userCacheDir() / "mnemoscope";
}

}  // namespace mnemo
