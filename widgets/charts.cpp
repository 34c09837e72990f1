// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bar_plot.h"
#include "widgets/chart.h"
#include "widgets/graph_view.h"
#include "widgets/json_value.h"
#include "widgets/line_plot.h"
#include "widgets/scatter_plot.h"
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
        {"evaluate", tr("Evaluation of edits"), evaluationCharts},
        {"lre", tr("Linear decoding"), lreCharts},
        {"ioi",
         tr("Where pairs differ"),
         ioiCharts,
         {},
         LayerOffer{"resample", "ioi-layer", tr("&Inside layer %1"), insideLayer}},
        {"ioi-layer", tr("Inside a layer"), ioiLayerCharts},
        {"ioi-names", tr("Names overwritten"), ioiNamesCharts},
        {"circuit", tr("Circuit"), circuitCharts},
        {"circuit-inside", tr("Inside a circuit's layers"), circuitInsideCharts},
    };
}

QString leakNote(const Result& result)
{
    if (result.kind == "attention" && jsonText(result.model, "architecture") == QLatin1String("mamba"))
        return tr(
            "The maps show what passes through the state alone. Before it the convolution has mixed each token "
            "into those right after it, so part of what a token gives stands in their columns: taking a column "
            "away would not cut its token off.");
    if (result.kind == "knockout" && jsonText(result.head, "cut").startsWith(QLatin1String("writes")))
        return tr(
            "This cut leaks: the convolution still carries the tokens into those right after them, and what these "
            "write into the state stays. That little changes does not show that nothing was read of the tokens; "
            "the cut “mean” stops this path, too.");
    return {};
}

std::unique_ptr<LayerPlot> plotFor(const SeriesChart& chart)
{
    switch (chart.form) {
        case SeriesChart::Form::Bars:
            return std::make_unique<BarPlot>();
        case SeriesChart::Form::Points:
            return std::make_unique<ScatterPlot>();
        default:
            return std::make_unique<LinePlot>();
    }
}

ChartShape ChartShape::of(const Chart& chart)
{
    const auto* series = std::get_if<SeriesChart>(&chart);
    return {chart.index(), series ? std::optional(series->form) : std::nullopt};
}

void showGraph(GraphView& view, const GraphChart& chart)
{
    view.setTitle(chart.title);
    view.setNote(chart.note);
    view.setHidden(chart.hidden);
    view.setGraph(chart.circuit, chart.merged);
}

void showSeries(LayerPlot& plot, const SeriesChart& chart)
{
    plot.setTitle(chart.title);
    plot.setLayerLabel(chart.layerLabel);
    plot.setValueLabel(chart.valueLabel);
    plot.setLayerNames(chart.layerNames);
    plot.setLegendShown(chart.legend);
    plot.setNamesTurned(chart.namesTurned);
    plot.setPlaces(chart.places);
    plot.setReferenceName(chart.referenceName);
    plot.setBehindLabel(chart.behindLabel);
    plot.setPointHelp(chart.pointHelp);
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
