// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/strict_json.h"

#include "core/data/error.h"
#include "core/io/mapped_file.h"
#include "core/io/utf8.h"

#include <string>
#include <unordered_set>
#include <vector>

namespace mnemo {
namespace {

constexpr int deepest = 64;
constexpr std::size_t mostLooks = 200'000'000;  // the ordered JSON finds a key by looking at all before it: one second

[[noreturn]] void damaged(std::string_view what, const std::string& why)
{
    throw Failure(ErrorCode::Damaged, std::string(what) + " is damaged: " + why + ".",
                  "Get the file again from where it came from.");
}

template <typename AnyJson>
AnyJson parse(std::string_view text, std::string_view what)
{
    using Event = typename AnyJson::parse_event_t;
    std::vector<std::unordered_set<std::string>> keys;  // of the open objects
    std::size_t looks = 0;
    const auto check = [&](int depth, Event event, AnyJson& value) {
        if (depth > deepest)
            damaged(what, "it is nested more than " + std::to_string(deepest) + " levels deep");
        if (event == Event::object_start)
            keys.emplace_back();
        if (event == Event::object_end)
            keys.pop_back();
        if (event == Event::key && !keys.back().insert(value.template get_ref<const std::string&>()).second)
            damaged(what, "the key \"" + value.template get<std::string>() + "\" occurs twice");
        if (std::is_same_v<AnyJson, Json> && event == Event::key && (looks += keys.back().size()) > mostLooks)
            damaged(what, "its objects have too many keys (20,000 in one, or many of some thousands)");
        return true;
    };
    try {
        return AnyJson::parse(text.begin(), text.end(), check);
    } catch (const nlohmann::json::exception& error) {
        damaged(what, "it is not valid JSON (" + repairUtf8(error.what()) + ")");
    }
}

}  // namespace

SortedJson parseStrict(std::string_view text, std::string_view what)
{
    return parse<SortedJson>(text, what);
}

Json parseStrictOrdered(std::string_view text, std::string_view what)
{
    return parse<Json>(text, what);
}

SortedJson readJsonFile(const std::filesystem::path& path, std::size_t limit)
{
    return parseStrict(readTextFile(path, limit), shown(path));
}

}  // namespace mnemo
