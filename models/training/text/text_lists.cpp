// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/text/text_lists.h"

#include "core/data/error.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace mnemo {

TextLists::TextLists(const std::filesystem::path& json) : m_file(json), m_json(readJsonFile(json)) {}

void TextLists::check(bool good, const std::string& key, const std::string& complaint) const
{
    if (!good)
        throw Failure(ErrorCode::Damaged, shown(m_file) + ": \"" + key + "\" " + complaint + ".", "Correct the file.");
}

const SortedJson& TextLists::at(const std::string& key) const
{
    const SortedJson::json_pointer pointer("/" + key);
    check(m_json.contains(pointer), key, "is missing");
    return m_json.at(pointer);
}

std::vector<std::string> TextLists::phrases(const std::string& key) const
{
    const SortedJson& list = at(key);
    check(list.is_array() && !list.empty(), key, "is no list of texts");
    std::vector<std::string> texts;
    std::set<std::string> seen;
    for (const SortedJson& one : list) {
        check(one.is_string(), key, "is no list of texts");
        texts.push_back(one.get<std::string>());
        check(!texts.back().empty(), key, "has an empty text");
        check(seen.insert(texts.back()).second, key, "has \"" + texts.back() + "\" twice");
    }
    return texts;
}

std::vector<std::string> TextLists::words(const std::string& key) const
{
    std::vector<std::string> found = phrases(key);
    for (const std::string& word : found)
        check(std::ranges::all_of(word, [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; }), key,
              "has \"" + word + "\", which is not one word of ASCII letters");
    return found;
}

std::vector<Pattern> TextLists::patterns(const std::string& key, const std::vector<std::string>& slots) const
{
    std::vector<Pattern> made;
    for (const std::string& text : phrases(key)) {
        made.emplace_back(text);
        for (const std::string& slot : made.back().slots())
            check(std::ranges::find(slots, slot) != slots.end(), key, "has the unknown slot {" + slot + "}");
    }
    return made;
}

std::vector<std::string> TextLists::keys(const std::string& key) const
{
    const SortedJson& object = at(key);
    check(object.is_object(), key, "is no object");
    std::vector<std::string> names;
    for (const auto& [name, value] : object.items())
        names.push_back(name);
    return names;
}

}  // namespace mnemo
