// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"
#include "widgets/result_series.h"
#include "widgets/token_chips.h"
#include "widgets/trace_rows.h"

#include <QCoreApplication>
#include <cmath>

namespace mnemo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::lens_charts", text);
}

/// One run's maps as they lie in a result.
struct Lens {
    std::string run;  ///< "clean", "corrupt"
    ArrayPtr colours;
    ArrayPtr p;
    ArrayPtr rank;
    ArrayPtr topP;
    std::vector<QString> says;  ///< the most probable token, [depth, token]
    QString target;
};

/// What a lens can be coloured by; p for metrics that it does not have.
Metric lensMetric(Metric metric)
{
    return metric == Metric::Rank || metric == Metric::LogProbability ? metric : Metric::Probability;
}

std::vector<QString> textsOf(const Result& result, const std::string& run, std::size_t cells)
{
    std::vector<QString> texts;
    for (const Json& depth : jsonMember(result.head, (run + "_top_text").c_str()))
        if (depth.is_array())
            for (const Json& text : depth)
                texts.push_back(text.is_string() ? shownToken(text.get<std::string>()) : QString());
    if (texts.size() != cells)
        texts.clear();
    return texts;
}

/// "·Need, layer 5: says ·Seattle (p 0.31); ·Paris has p 0.02, rank 7"
QString cellText(const Lens& lens, Cell cell)
{
    const auto& axes = lens.colours->axes;
    if (cell.layer >= axes[0].size() || cell.pos >= axes[1].size())
        return {};
    const auto at = [&](const ArrayPtr& array) {
        const bool has = array && array->axes == axes && array->has(cell.layer, cell.pos);
        return has ? array->at(cell.layer, cell.pos) : std::nan("");
    };
    const QString depth = QString::fromStdString(axes[0].labels[std::size_t(cell.layer)]);
    QString text = tr("%1, %2: ")
                       .arg(shownToken(axes[1].labels[std::size_t(cell.pos)]),
                            depth == QLatin1String("embed") ? tr("embedding") : tr("layer %1").arg(depth));
    if (!lens.says.empty())
        text += tr("says %1 (p %2); ")
                    .arg(lens.says[std::size_t(cell.layer) * axes[1].labels.size() + std::size_t(cell.pos)],
                         probabilityText(at(lens.topP)));
    return text + tr("%1 has p %2, rank %3").arg(lens.target, probabilityText(at(lens.p)), shortNumber(at(lens.rank)));
}

std::vector<RowLabel> rowsOf(const Result& result, const Lens& lens)
{
    const TokenSpan subject = jsonSpan(result.head, lens.run == "clean" ? "subject" : "corrupt_subject");
    std::vector<RowLabel> rows;
    for (const std::string& token : lens.colours->axes[1].labels)
        rows.push_back({shownToken(token), {}, subject.contains(int(rows.size()))});
    return rows;
}

MapChart mapOf(const Result& result, const Lens& lens, Metric metric)
{
    MapChart map;
    HeatmapGrid::Panel panel{lens.run, lens.run == "clean" ? tr("Clean run") : tr("Corrupted run"),
                             tr("residual stream behind layer"), metricLabel(metric, result), lens.colours};
    panel.texts = lens.says;
    map.panels = {std::move(panel)};
    map.rows = rowsOf(result, lens);
    map.colourMap = traceColourMap(metric, QStringLiteral("purples"));
    map.cellText = [lens](const std::string&, Cell cell) { return cellText(lens, cell); };
    map.columns = 1;
    return map;
}

}  // namespace

std::vector<ChartPage> lensCharts(const Result& result, Metric metric)
{
    const Metric shown = lensMetric(metric);
    std::vector<ChartPage> pages;
    std::vector<HeatmapGrid::Panel> panels;
    for (const auto& [run, title] : {std::pair("clean", tr("Clean")), std::pair("corrupt", tr("Corrupted"))}) {
        Lens lens{
            run, {}, {}, {}, {}, {}, shownToken(jsonText(jsonMember(result.head, "target"), "text").toStdString())};
        lens.colours = wholeArray(result, run + ('.' + std::string(metricName(shown))), 2);
        if (!lens.colours)
            continue;
        lens.p = wholeArray(result, lens.run + ".p", 2);
        lens.rank = wholeArray(result, lens.run + ".rank", 2);
        lens.topP = wholeArray(result, lens.run + ".top_p", 2);
        lens.says = textsOf(result, run, lens.colours->size());
        pages.push_back({QString::fromLatin1(run), title, {mapOf(result, lens, shown)}});
        panels.push_back(std::get<MapChart>(pages.back().charts.front()).panels.front());
    }
    for (ChartPage& page : pages)  // both runs on one scale
        std::get<MapChart>(page.charts.front()).range = traceRange(panels, shown);
    return pages;
}

}  // namespace mnemo
