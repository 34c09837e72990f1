// SPDX-License-Identifier: GPL-3.0-or-later
// How edits are judged, and the records of many runs in one.
#include "app/mnemo/evaluation_text.h"
#include "app/mnemo/run.h"
#include "app/mnemo/text_table.h"
#include "core/io/record_log.h"
#include "core/io/utf8.h"

#include <iostream>

namespace mnemo {
namespace {

struct MergeRequest {
    std::vector<std::filesystem::path> files;
    std::filesystem::path output;
};

int merge(const MergeRequest& request, bool json)
{
    const MergedRecords merged = mergeRecords(request.files, request.output);
    if (json)
        std::cout << Json{{"schema", "mnemo.merge/1"},
                          {"file", shown(request.output)},
                          {"files", request.files.size()},
                          {"records", merged.records},
                          {"repeated", merged.repeated}}
                  << "\n";
    else
        std::cout << merged.records << " records of " << request.files.size() << " files in " << shown(request.output)
                  << "; " << merged.repeated << " were there more than once\n";
    return Ok;
}

/// A column of the table, when the result has it.
struct Column {
    const char* array;
    const char* title;
    const char* pattern;
};
constexpr Column columns[] = {
    {"ES", "ES", "%.1f"},           {"PS", "PS", "%.1f"},  {"NS", "NS", "%.1f"},  {"S", "S", "%.1f"},
    {"EM", "EM", "%+.1f"},          {"PM", "PM", "%+.1f"}, {"NM", "NM", "%+.1f"}, {"others_kept", "kept", "%.1f"},
    {"others_p", "p kept", "%.1f"}, {"GE", "GE", "%.0f"},  {"RS", "RS", "%.1f"},  {"essence", "essence", "%.2f"}};

std::string cell(const Array& array, int layer, int matrix, const char* pattern)
{
    return array.has(layer, matrix) ? fixed(pattern, array.at(layer, matrix)) : "·";
}

/// " 83.3–94.1" where there are intervals.
std::string intervalText(const Result& result, int layer, int matrix)
{
    const ArrayPtr low = result.find("S.low"), high = result.find("S.high");
    if (!low || !high || !low->has(layer, matrix))
        return "·";
    return fixed("%.0f", low->at(layer, matrix)) + "–" + fixed("%.0f", high->at(layer, matrix));
}

std::vector<std::string> floorRow(const Json& floor, const std::vector<Column>& shownColumns)
{
    std::vector<std::string> row{"no edit"};
    for (const Column& column : shownColumns) {
        const Json& value = floor.at(column.array);
        row.push_back(value.is_number() ? fixed(column.pattern, value.get<double>()) : "·");
        if (column.array == std::string_view("S"))
            row.emplace_back("·");
    }
    return row;
}

/// How alike the scores run over the layers to what traces find at the sites that the matrices write.
std::string profileText(const Json& head)
{
    TextRows rows{{"rank correlation"}};
    for (const auto& [measure, ofMatrix] : head.at("rank_correlation").items())
        rows[0].push_back(measure);
    for (const Json& curve : head.at("profile").at("curves")) {
        const std::string matrix = curve.at("matrix");
        rows.push_back({matrix + " ~ IE of " + curve.at("site").get<std::string>()});
        for (const auto& [measure, ofMatrix] : head.at("rank_correlation").items())
            rows.back().push_back(ofMatrix.at(matrix).is_null() ? "·" : fixed("%+.2f", ofMatrix.at(matrix)));
    }
    return "\n" + aligned(rows) + "IE: " + head.at("profile").at("title").get<std::string>() +
           ", subject's last token\n";
}

}  // namespace

std::string evaluationText(const Result& result)
{
    std::vector<Column> shownColumns;
    TextRows rows{{"matrix layer"}};
    for (const Column& column : columns) {
        if (!result.find(column.array))
            continue;
        shownColumns.push_back(column);
        rows[0].emplace_back(column.title);
        if (column.array == std::string_view("S"))
            rows[0].emplace_back("95 %");
    }
    rows.push_back(floorRow(result.head.at("floor"), shownColumns));
    const std::vector<Axis>& axes = result.find("S")->axes;
    for (int matrix = 0; matrix < axes[1].size(); ++matrix)
        for (int layer = 0; layer < axes[0].size(); ++layer) {
            rows.push_back({axes[1].labels[std::size_t(matrix)] + " " + axes[0].labels[std::size_t(layer)]});
            for (const Column& column : shownColumns) {
                rows.back().push_back(cell(*result.find(column.array), layer, matrix, column.pattern));
                if (column.array == std::string_view("S"))
                    rows.back().push_back(intervalText(result, layer, matrix));
            }
        }
    const bool compared = result.head.contains("profile");
    return "\n" + aligned(rows) + (compared ? profileText(result.head) : "");
}

void addEvaluate(CLI::App& app, CommandLine& line)
{
    addRunCommand(
        *app.add_subcommand("evaluate", "How well facts can be changed in each layer and matrix, and what stays"), line,
        "evaluate");
}

void addMerge(CLI::App& app, CommandLine& line)
{
    CLI::App* command = app.add_subcommand("merge", "Records of several runs of one computation in one file");
    const auto request = std::make_shared<MergeRequest>();
    command->add_option("FILES", request->files, "What --records has made")->type_name("")->required();
    command->add_option("-o,--output", request->output, "The file of all of them")->type_name("FILE")->required();
    command->callback(
        [&line, request] { line.chosen = [&line, request] { return merge(*request, line.global.json); }; });
}

}  // namespace mnemo
