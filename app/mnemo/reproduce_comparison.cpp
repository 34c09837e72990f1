// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/reproduce_comparison.h"

#include "app/mnemo/lre_text.h"
#include "app/mnemo/text_table.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr int listedCells = 10;  // tables with no more are written out

/// "47 (0.73) +0.63": layer, share of the depth, change.
std::string jumpText(const std::optional<Jump>& jump, int layers)
{
    if (!jump)
        return "none";
    return std::to_string(jump->layer) + fixed(" (%.2f) ", double(jump->layer) / layers) + fixed("%+.2f", jump->by);
}

std::vector<std::string> rowOf(const CurveComparison& curve, const Comparison& comparison)
{
    const auto atLimit = std::ranges::count(curve.atLimit, true);
    std::vector<std::string> row{curve.array + (curve.column.empty() ? "" : ": " + curve.column),
                                 std::to_string(curve.compared), std::to_string(atLimit)};
    if (curve.compared > 0)
        row.insert(row.end(),
                   {fixed("%+.3f", curve.largest()), std::to_string(curve.largestLayer), fixed("%.3f", curve.mean)});
    else
        row.insert(row.end(), {"·", "·", "·"});
    row.push_back(curve.correlation ? fixed("%.2f", *curve.correlation) : "·");
    row.push_back(jumpText(curve.ourJump, comparison.layers));
    row.push_back(jumpText(curve.publishedJump, comparison.publishedLayers));
    return row;
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : " > ") + name;
    return text;
}

std::string orderText(const CurveOrder& order)
{
    const std::string name = "order of " + order.array + ": ";
    if (order.ours == order.published)
        return name + "as published, " + joined(order.ours) + "\n";
    return name + joined(order.ours) + "\n" + std::string(name.size() - 11, ' ') +
           "published: " + joined(order.published) + "\n";
}

std::string readableText(const Comparison& comparison)
{
    std::string text = comparison.figure + ": " + comparison.model + " (" + std::to_string(comparison.layers) +
                       " layers, " + std::to_string(comparison.examples) + " " + comparison.unit +
                       ") beside the published " + comparison.publishedModel + " (" +
                       std::to_string(comparison.publishedLayers) + " layers), " + comparison.verdict() + "\n\n";
    TextRows rows{{"curve", "compared", "at limit", "largest", "layer", "mean", "r", "our jump", "published jump"}};
    for (const CurveComparison& curve : comparison.curves)
        rows.push_back(rowOf(curve, comparison));
    text += aligned(rows);
    text +=
        "compared: layers; at limit: layers whose published colour is cut; largest, mean: of ours − published;\n"
        "r: correlation over layers; jump: the largest step from one layer to the next, at layer (share of depth)\n\n";
    for (const CurveOrder& order : comparison.orders)
        text += orderText(order);
    return text;
}

/// Few numbers one by one; of many how far they are from the published ones.
std::string tableText(const TableComparison& table)
{
    const std::string name = table.published.name + ": ";
    if (table.compared == 0)
        return name + "not compared, " + table.whyNot + "\n";
    std::string text =
        name + std::to_string(table.compared) + " numbers, mean |difference| " + fixed("%.3f", table.mean) +
        ", largest " + fixed("%+.3f", table.largest) + " at " + table.published.rows[table.row] +
        (table.published.columns[table.column].empty() ? "" : ", " + table.published.columns[table.column]) +
        (table.correlation ? ", r " + fixed("%.2f", *table.correlation) : "") + "\n";
    if (table.published.columns.size() > 1 || table.published.rows.size() > listedCells)
        return text;
    TextRows rows{{"", "ours", "published"}};
    for (std::size_t row = 0; row < table.ours.size(); ++row)
        rows.push_back({table.published.rows[row], fixed("%.3f", table.ours[row][0]),
                        fixed("%.3f", table.published.values[row][0])});
    return text + aligned(rows);
}

std::string readableText(const TablesComparison& comparison)
{
    std::string text = comparison.figure + ": " + comparison.model + " beside the published " +
                       comparison.publishedModel + ", " + comparison.verdict() + "\n\n";
    for (const TableComparison& table : comparison.tables)
        text += tableText(table) + "\n";
    return text;
}

WrittenComparison written(const Comparison& comparison)
{
    return {toJson(comparison), comparisonCsv(comparison), readableText(comparison), referenceCurves(comparison)};
}

WrittenComparison written(const LreComparison& comparison)
{
    return {toJson(comparison), comparisonCsv(comparison), readableText(comparison), referenceOf(comparison)};
}

WrittenComparison written(const TablesComparison& comparison)
{
    return {toJson(comparison), comparisonCsv(comparison), readableText(comparison), Json()};
}

/// Tables of one column as the curves of one panel.
std::vector<PublishedPanel> panelOf(const std::vector<PublishedTable>& tables)
{
    PublishedPanel panel;
    for (const PublishedTable& table : tables) {
        if (table.columns.size() != 1)
            continue;
        PublishedCurve& curve = panel.curves.emplace_back();
        curve.name = table.name;
        for (const std::vector<double>& row : table.values)
            curve.values.push_back(row[0]);
    }
    return {panel};
}

}  // namespace

PublishedFigure::PublishedFigure(const PaperFigure& figure, const std::filesystem::path& path,
                                 const std::string& architecture)
    : m_figure(figure)
{
    if (path.empty() || figure.publishedAs == PublishedAs::Nothing)
        return;
    std::error_code ignored;
    const std::filesystem::path file =
        std::filesystem::is_directory(path, ignored) ? path / figure.publishedFile : path;
    const char* const panel = architecture == "mamba" ? "mamba" : "pythia";
    switch (figure.publishedAs) {
        case PublishedAs::Nothing:
            break;
        case PublishedAs::Curves:
            m_curves = matchPublished(
                figure, figure.paper == Paper::IoiCircuit ? panelOf(readPublishedIoi(file)) : readPublished(file));
            break;
        case PublishedAs::Relations:
            m_bars = readPublishedBars(file, panel);
            break;
        case PublishedAs::RelationCurves:
            m_sweeps = readPublishedSweeps(file, panel);
            break;
        case PublishedAs::Tables:
            m_tables = tablesOf(figure, readPublishedIoi(file));
            break;
    }
}

std::optional<WrittenComparison> PublishedFigure::beside(const std::vector<Result>& results) const
{
    const Result& result = results.front();
    if (!m_bars.empty())
        return written(compareBars(m_figure, m_bars, result, choiceOf(m_figure, result)));
    if (!m_sweeps.empty())
        return written(compareSweeps(m_figure, m_sweeps, result));
    if (!m_curves.empty())
        return written(compare(m_figure, m_curves, result, results.size() > 1 ? &results[1] : nullptr));
    if (!m_tables.empty())
        return written(compareTables(m_figure, m_tables, result));
    return std::nullopt;
}

}  // namespace mnemo
