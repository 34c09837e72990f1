// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/contrast_pairs.h"

#include <algorithm>
#include <optional>

#include "core/data/error.h"
#include "core/data/prompt.h"
#include "core/io/json_rows.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

class PairReader
{
public:
    explicit PairReader(const std::filesystem::path& file) : m_file(file) {}

    std::vector<ContrastText> read()
    {
        const RowProblem refuseRow = [this](const std::string& where, const std::string& message) {
            refuse(where, message);
        };
        const std::optional<std::string> text = readRowText(m_file, refuseRow);
        forEachJsonRow(m_file, *text, "It is JSON, but no list of pairs.", refuseRow,
                       [this](const Json& row, const std::string& where) { m_pairs.push_back(pairOf(row, where)); });
        if (m_pairs.empty())
            throw Failure(ErrorCode::Usage, shown(m_file) + " has no pairs.",
                          R"(Give a line for each: {"clean": …, "corrupt": …, "answer": …, "corrupt_answer": …}.)");
        return std::move(m_pairs);
    }

private:
    [[noreturn]] void refuse(const std::string& where, const std::string& message) const
    {
        throw Failure(ErrorCode::Damaged, shown(m_file) + (where.empty() ? "" : ", " + where) + ": " + message,
                      R"(A pair is {"clean": …, "corrupt": …, "answer": …, "corrupt_answer": …}.)");
    }

    std::string needed(const Json& row, const char* key, const std::string& where) const
    {
        if (!row.is_object() || !row.contains(key) || !row[key].is_string() || row[key] == "")
            refuse(where, std::string("It has no \"") + key + "\".");
        return row[key].get<std::string>();
    }

    /// Empty where it is left out.
    std::string possible(const Json& row, const char* key, const std::string& where) const
    {
        if (!row.contains(key))
            return {};
        if (!row[key].is_string())
            refuse(where, std::string("\"") + key + "\" is no text.");
        return row[key].get<std::string>();
    }

    ContrastText pairOf(const Json& row, const std::string& where) const
    {
        ContrastText pair;
        pair.clean = needed(row, "clean", where);
        pair.corrupt = needed(row, "corrupt", where);
        pair.answer = needed(row, "answer", where);
        pair.corruptAnswer = needed(row, "corrupt_answer", where);
        if (pair.clean == pair.corrupt)
            refuse(where, "The clean prompt is the corrupted one: \"" + pair.clean + "\".");
        if (pair.answer == pair.corruptAnswer)
            refuse(where, "Both prompts have the answer \"" + pair.answer + "\".");
        pair.group = possible(row, "group", where);
        pair.form = possible(row, "template", where);
        if (row.contains("candidates"))
            pair.candidates = candidatesOf(row["candidates"], where);
        if (row.contains("marks"))
            pair.marks = marksOf(row["marks"], codePoints(pair.clean), where);
        return pair;
    }

    std::vector<std::string> candidatesOf(const Json& json, const std::string& where) const
    {
        const auto isText = [](const Json& one) { return one.is_string() && one != ""; };
        if (!json.is_array() || !std::ranges::all_of(json, isText))
            refuse(where, "\"candidates\" is no list of texts.");
        return json.get<std::vector<std::string>>();
    }

    std::vector<TextMark> marksOf(const Json& json, int length, const std::string& where) const
    {
        if (!json.is_object())
            refuse(where, "\"marks\" is no object of labels and places.");
        std::vector<TextMark> marks;
        for (const auto& [label, begin] : json.items()) {
            if (!begin.is_number_integer() || begin.get<std::int64_t>() < 0 || begin.get<std::int64_t>() >= length)
                refuse(where, "The mark \"" + label + "\" is at no character of the clean prompt.");
            marks.push_back({label, begin.get<int>()});
        }
        std::ranges::stable_sort(marks, {}, &TextMark::begin);
        return marks;
    }

    const std::filesystem::path& m_file;
    std::vector<ContrastText> m_pairs;
};

}  // namespace

std::vector<ContrastText> readContrastPairs(const std::filesystem::path& file)
{
    return PairReader(file).read();
}

std::string contrastLines(const std::vector<ContrastText>& pairs)
{
    std::string lines;
    for (const ContrastText& pair : pairs) {
        Json marks = Json::object();
        for (const TextMark& mark : pair.marks)
            marks[mark.label] = mark.begin;
        lines += Json{{"clean", pair.clean},           {"corrupt", pair.corrupt},
                      {"answer", pair.answer},         {"corrupt_answer", pair.corruptAnswer},
                      {"candidates", pair.candidates}, {"group", pair.group},
                      {"template", pair.form},         {"marks", std::move(marks)}}
                     .dump() +
                 "\n";
    }
    return lines;
}

}  // namespace mnemo
