// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/strict_json.h"

#include <initializer_list>
#include <string>

namespace mnemo {

/// Typed reads from one config.json: each key with its other spelling, a null counting as absent. Wrong types and
/// values out of range are Damaged; options this program does not implement are UnsupportedModel.
class ConfigReader
{
public:
    using Keys = std::initializer_list<const char*>;

    ConfigReader(const SortedJson& json, std::string file) : m_json(json), m_file(std::move(file)) {}

    const SortedJson* find(Keys keys) const;  ///< the first spelling that is there and not null
    bool has(Keys keys) const { return find(keys) != nullptr; }

    int integer(Keys keys, int low, int high) const;
    int integer(Keys keys, int low, int high, int fallback) const;
    double real(Keys keys, double above, double fallback) const;  ///< finite and > above
    bool flag(Keys keys, bool fallback) const;
    std::string text(Keys keys, const std::string& fallback) const;
    int id(Keys keys, int fallback) const;  ///< a token id, or the first of a list of them

    /// Another reader for a nested object, or for an empty one. The reader must not outlive this one's JSON.
    ConfigReader object(Keys keys) const;

    [[noreturn]] void damaged(const std::string& why) const;
    [[noreturn]] void unsupported(const std::string& why) const;

    /// Refuses by name when a flag is not as this program implements it.
    void require(const char* key, bool implemented, bool fallback) const;

private:
    static std::string name(Keys keys) { return *keys.begin(); }

    const SortedJson& m_json;
    std::string m_file;
};

}  // namespace mnemo
