// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart.h"
#include "widgets/trace_rows.h"

#include <QCoreApplication>
#include <algorithm>

namespace mnemo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::charts", text);
}

std::vector<ChartPage> traceCharts(const Result& trace, Metric metric)
{
    MapChart maps;
    maps.panels = tracePanels(trace, metric);
    if (maps.panels.empty())
        return {};
    maps.rows = traceRows(trace);
    maps.range = traceRange(maps.panels, metric);
    maps.colourMap = traceColourMap(metric);
    maps.windows = traceWindows(trace);
    return {{QStringLiteral("maps"), tr("Heat maps"), {std::move(maps)}}};
}

}  // namespace

std::vector<ChartKind> chartKinds()
{
    return {
        {"average", tr("Average effects"), averageCharts},
        {"paths", tr("Path-specific effects"), pathsCharts},
        {"knockout", tr("Knock-out"), knockoutCharts},
        {"lens", tr("Logit lens"), lensCharts, {Metric::Probability, Metric::LogProbability, Metric::Rank}},
        {"dla", tr("Direct attribution"), dlaCharts},
        {"attention", tr("Attention maps"), attentionCharts},
    };
}

void showSeries(LayerPlot& plot, const SeriesChart& chart)
{
    plot.setTitle(chart.title);
    plot.setLayerLabel(chart.layerLabel);
    plot.setValueLabel(chart.valueLabel);
    plot.setLayerNames(chart.layerNames);
    plot.setReferenceName(chart.referenceName);
    if (chart.range)
        plot.setRange(chart.range->low, chart.range->high);
    else
        plot.setAutoRange();
    plot.setSeries(chart.series);
}

std::vector<ChartPage> chartsOf(const Result& result, Metric metric)
{
    if (result.kind == "trace")
        return traceCharts(result, metric);
    const std::vector<ChartKind> kinds = chartKinds();
    const auto found =
        std::find_if(kinds.begin(), kinds.end(), [&](const ChartKind& entry) { return entry.kind == result.kind; });
    return found == kinds.end() ? std::vector<ChartPage>() : found->make(result, metric);
}

}  // namespace mnemo
