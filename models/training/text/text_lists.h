// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/strict_json.h"
#include "models/training/text/pattern.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

/// A JSON object of lists of texts: ioi.json, filler.json. Every function throws Failure Damaged naming file and key.
class TextLists
{
public:
    /// @throws Failure NotFound, Unreadable, Damaged
    explicit TextLists(const std::filesystem::path& json);

    /// A list without duplicates; may be of phrases. `key` may be a path: "words/animal".
    std::vector<std::string> phrases(const std::string& key) const;

    /// The same, of ASCII words without a space.
    std::vector<std::string> words(const std::string& key) const;

    /// Patterns whose slots all are among `slots`.
    std::vector<Pattern> patterns(const std::string& key, const std::vector<std::string>& slots) const;

    /// Keys of the object at `key`, in alphabetical order.
    std::vector<std::string> keys(const std::string& key) const;

    void check(bool good, const std::string& key, const std::string& complaint) const;

private:
    const SortedJson& at(const std::string& key) const;

    std::filesystem::path m_file;
    SortedJson m_json;
};

}  // namespace mnemo
