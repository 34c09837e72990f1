// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json_rows.h"

#include <algorithm>

#include "core/data/error.h"
#include "core/io/mapped_file.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

constexpr std::size_t fileLimit = 256u << 20;

void forEachLine(const std::filesystem::path& file, std::string_view text, const RowProblem& problem,
                 const TakeRow& take)
{
    std::size_t begin = 0;
    for (std::size_t line = 1; begin < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string where = "line " + std::to_string(line);
        const std::string_view row = text.substr(begin, end - begin);
        begin = end + 1;
        if (row.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        Json json;
        try {
            json = parseStrictOrdered(row, shown(file));
        } catch (const Failure&) {
            problem(where, "It is no JSON object in UTF-8.");
            continue;
        }
        take(json, where);
    }
}

}  // namespace

std::optional<std::string> readRowText(const std::filesystem::path& file, const RowProblem& problem)
{
    std::string text = readTextFile(file, fileLimit);
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        problem("", "It is UTF-16; save it as UTF-8.");
        return std::nullopt;
    }
    if (text.starts_with("\xEF\xBB\xBF"))
        text.erase(0, 3);
    return text;
}

void forEachJsonRow(const std::filesystem::path& file, std::string_view text, const std::string& noList,
                    const RowProblem& problem, const TakeRow& take)
{
    if (file.extension() == ".jsonl")
        return forEachLine(file, text, problem, take);
    Json json;
    try {
        json = parseStrictOrdered(text, shown(file));
    } catch (const Failure& failure) {
        return problem("", failure.error().message);
    }
    if (!json.is_array())
        return problem("", noList);
    for (std::size_t i = 0; i < json.size(); ++i)
        take(json[i], "[" + std::to_string(i) + "]");
}

std::string textOf(const Json& json, std::initializer_list<const char*> keys)
{
    for (const char* key : keys)
        if (json.is_object() && json.contains(key) && json[key].is_string())
            return json[key].get<std::string>();
    return {};
}

}  // namespace mnemo
