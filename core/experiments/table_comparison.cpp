// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/table_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/circuit.h"
#include "core/data/correlation.h"
#include "core/data/error.h"
#include "core/data/numbers.h"
#include "core/experiments/comparison.h"
#include "core/io/csv.h"

namespace mnemo {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t publishedNames[]{3, 5, 7, 13, 15};  // tokens of the published prompt (METHODS.md §7.1)

using Rows = std::vector<std::vector<double>>;

/// Numbers of one table, or why there are none.
struct Ours {
    Rows rows;
    std::string whyNot;
};

/// Null where there is none.
Json memberOf(const Json& object, const char* key)
{
    return object.is_object() && object.contains(key) ? object[key] : Json();
}

double numberOf(const Json& object, const char* key)
{
    const Json number = memberOf(object, key);
    return number.is_number() ? number.get<double>() : none;
}

Rows rowsOf(const Array& array)
{
    Rows rows;
    for (int row = 0; row < array.axes[0].size(); ++row) {
        rows.emplace_back();
        for (int column = 0; column < array.axes[1].size(); ++column)
            rows.back().push_back(array.has(row, column) ? array.at(row, column) : none);
    }
    return rows;
}

/// Cells can only be set side by side where they are of the same tokens or slots.
Ours ofArray(const Result& result, const PublishedTable& table)
{
    const ArrayPtr array = result.find(table.name);
    if (!array || array->axes.size() != 2)
        return {{}, "this result has no such table"};
    const int size = array->axes[0].size();
    const std::string sizes =
        "of " + std::to_string(size) + ", the published one of " + std::to_string(table.rows.size());
    if (table.name.starts_with("cosine.")) {
        if (std::size_t(size) != table.rows.size())
            return {{}, "ours is of other tokens: " + sizes};
        for (const std::size_t token : publishedNames)
            if (token >= table.rows.size() || !array->axes[0].labels[token].starts_with('n'))
                return {{}, "names stand at other tokens than in the published prompt"};
    } else if (std::size_t(size) != table.rows.size())
        return {{}, "ours has other slots: " + sizes};
    return {rowsOf(*array), {}};
}

/// The mean metric at the published shares α.
Ours metricNumbers(const Result& result, const PublishedTable& table)
{
    const Json alphas = memberOf(result.head, "alphas");
    Ours ours;
    for (const std::string& row : table.rows) {
        const auto found =
            std::ranges::find_if(alphas, [&](const Json& alpha) { return alpha.get<double>() == std::stod(row); });
        ours.rows.push_back({found == alphas.end()
                                 ? none
                                 : result.head.at("metric")[std::size_t(found - alphas.begin())].get<double>()});
    }
    return ours;
}

/// A measure of circuits at half of the edges, on the line through the sizes beside it.
double atHalf(const std::vector<CircuitMeasure>& measures, double edges, double CircuitMeasure::*value)
{
    const double half = edges / 2;
    for (std::size_t i = 1; i < measures.size(); ++i) {
        const CircuitMeasure &below = measures[i - 1], &above = measures[i];
        if (below.edges <= half && half <= above.edges)
            return std::lerp(below.*value, above.*value, (half - below.edges) / (above.edges - below.edges));
    }
    return none;
}

Ours circuitNumbers(const Result& result, const PublishedTable& table)
{
    const double edges = numberOf(result.head, "edges");
    const std::vector<CircuitMeasure> measures = circuitMeasures(result);
    const Json search = memberOf(result.head, "search");
    Ours ours;
    for (const std::string& row : table.rows)
        ours.rows.push_back({row == published_row::keptShare ? numberOf(search, "edges") / edges
                             : row == published_row::halfNld ? atHalf(measures, edges, &CircuitMeasure::faithfulness)
                                                             : atHalf(measures, edges, &CircuitMeasure::accuracy)});
    return ours;
}

Ours insideNumbers(const Result& result, const PublishedTable& table)
{
    const Json tried = memberOf(result.head, "tried_on");
    Ours ours;
    for (const std::string& row : table.rows)
        ours.rows.push_back({numberOf(tried, row == published_row::heldOutNld ? "nld" : "accuracy")});
    return ours;
}

Ours oursOf(const Result& result, const PublishedTable& table)
{
    return table.name == "metric"    ? metricNumbers(result, table)
           : table.name == "circuit" ? circuitNumbers(result, table)
           : table.name == "inside"  ? insideNumbers(result, table)
                                     : ofArray(result, table);
}

void measure(TableComparison& table)
{
    std::vector<double> ours, published;
    for (std::size_t row = 0; row < table.ours.size(); ++row)
        for (std::size_t column = 0; column < table.ours[row].size(); ++column) {
            ours.push_back(table.ours[row][column]);
            published.push_back(table.published.values[row][column]);
            const double difference = ours.back() - published.back();
            if (std::isnan(difference))
                continue;
            ++table.compared;
            table.mean += std::abs(difference);
            if (table.compared == 1 || std::abs(difference) > std::abs(table.largest)) {
                table.largest = difference;
                table.row = row;
                table.column = column;
            }
        }
    if (table.compared > 0)
        table.mean /= table.compared;
    else if (table.whyNot.empty())
        table.whyNot = "this result has none of its numbers";
    table.correlation = correlation(ours, published);
}

}  // namespace

std::string TablesComparison::verdict() const
{
    return verdictText(sameSize);
}

std::vector<PublishedTable> tablesOf(const PaperFigure& figure, std::vector<PublishedTable> all)
{
    std::vector<PublishedTable> tables;
    for (const std::string& name : figure.tables) {
        const auto found = std::ranges::find(all, name, &PublishedTable::name);
        if (found == all.end())
            throw Failure(ErrorCode::Internal, "There are no published numbers \"" + name + "\".", "Report this.");
        tables.push_back(std::move(*found));
    }
    return tables;
}

TablesComparison compareTables(const PaperFigure& figure, const std::vector<PublishedTable>& published,
                               const Result& result)
{
    TablesComparison comparison{
        figure.name, result.model.value("name", std::string()), figure.publishedModel, false, {}};
    comparison.sameSize = result.model.at("layers").get<int>() == figure.publishedLayers &&
                          result.model.at("d_model").get<int>() == figure.publishedWidth;
    for (const PublishedTable& table : published) {
        Ours ours = oursOf(result, table);
        TableComparison& one = comparison.tables.emplace_back();
        one.published = table;
        one.ours = std::move(ours.rows);
        one.whyNot = std::move(ours.whyNot);
        measure(one);
    }
    return comparison;
}

Json toJson(const TablesComparison& comparison)
{
    Json json{{"schema", "mnemo.table-comparison/1"},
              {"figure", comparison.figure},
              {"model", comparison.model},
              {"published", comparison.publishedModel},
              {"same_size", comparison.sameSize},
              {"verdict", comparison.verdict()},
              {"tables", Json::array()}};
    const auto rowsJson = [](const Rows& rows) {
        Json list = Json::array();
        for (const std::vector<double>& row : rows)
            list.push_back(numbersJson(row));
        return list;
    };
    for (const TableComparison& table : comparison.tables) {
        const bool any = table.compared > 0;
        json["tables"].push_back(
            {{"name", table.published.name},
             {"rows", table.published.rows},
             {"columns", table.published.columns},
             {"ours", table.ours.empty() ? Json() : rowsJson(table.ours)},
             {"published", rowsJson(table.published.values)},
             {"compared", table.compared},
             {"largest",
              any ? Json{{"difference", table.largest}, {"row", table.row}, {"column", table.column}} : Json()},
             {"mean", any ? Json(table.mean) : Json()},
             {"correlation", table.correlation ? Json(*table.correlation) : Json()},
             {"why_not", table.whyNot.empty() ? Json() : Json(table.whyNot)}});
    }
    return json;
}

std::string comparisonCsv(const TablesComparison& comparison)
{
    std::string csv = "# mnemo.table-comparison/1\n# " + comparison.figure + ": " + comparison.model + ", published " +
                      comparison.publishedModel + ", " + comparison.verdict() +
                      "\ntable,row,column,ours,published,difference\r\n";
    for (const TableComparison& table : comparison.tables)
        for (std::size_t row = 0; row < table.published.values.size(); ++row)
            for (std::size_t column = 0; column < table.published.columns.size(); ++column) {
                const double published = table.published.values[row][column];
                const double ours = table.ours.empty() ? none : table.ours[row][column];
                csv += csvField(table.published.name) + "," + csvField(table.published.rows[row]) + "," +
                       csvField(table.published.columns[column]) + "," + csvNumber(ours) + "," + csvNumber(published) +
                       "," + csvNumber(ours - published) + "\r\n";
            }
    return csv;
}

}  // namespace mnemo
