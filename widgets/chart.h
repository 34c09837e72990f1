// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/circuit.h"
#include "core/data/metric.h"
#include "core/data/result.h"
#include "widgets/heatmap_grid.h"
#include "widgets/layer_plot.h"

#include <QString>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mnemo {

class GraphView;

/// Heat maps with the same rows and one colour scale.
struct MapChart {
    std::vector<HeatmapGrid::Panel> panels;
    std::vector<RowLabel> rows;
    ValueRange range;   ///< of all panels that have none of their own
    QString colourMap;  ///< as siteColourMap()
    std::map<std::string, int> windows = {};
    std::function<QString(const std::string& site, Cell)> cellText = {};  ///< empty: the map's own
    int columns = 2;                                                      ///< most maps side by side in a figure
    bool inPairs = false;  ///< maps of a line belong together: as many side by side in the window, too
};

/// Curves or bars over layers.
struct SeriesChart {
    enum class Form { Lines, Bars, Points } form = Form::Lines;
    QString title;
    QString layerLabel;
    QString valueLabel;
    std::vector<LayerSeries> series;
    std::vector<QString> layerNames = {};  ///< empty: numbers
    QString referenceName = {};
    std::optional<ValueRange> range = {};  ///< without: from the values
    int columns = 1;                       ///< most plots side by side
    QString behindLabel = {};              ///< of the curves that the series stand before
    bool legend = true;                    ///< false: what surrounds it says which curve is which
    bool namesTurned = false;              ///< names stand upright: many, or long ones
    std::vector<double> places = {};       ///< Points: the numbers they stand at
    QString pointHelp = {};                ///< what a click on a value does; empty: nothing
};

/// A circuit, drawn as a graph.
struct GraphChart {
    Circuit circuit;
    bool merged = true;  ///< positions of two nodes' edge are one line
    QString title = {};
    QString note = {};  ///< how much of it is drawn, and what it does: stands with it everywhere
    int hidden = 0;     ///< nodes that are left out and can be shown
};

using Chart = std::variant<MapChart, SeriesChart, GraphChart>;

/// What decides which widget shows a chart.
struct ChartShape {
    std::size_t kind = 0;                        ///< alternative of Chart
    std::optional<SeriesChart::Form> form = {};  ///< of curves, bars and points

    static ChartShape of(const Chart& chart);
    bool operator==(const ChartShape&) const = default;
};

/// Plots that are looked at together: a page of a view, a part of a figure.
struct ChartPage {
    QString key;    ///< "maps": `--part`
    QString title;  ///< of the page's tab
    std::vector<Chart> charts;
    QString note = {};  ///< below them: what must not be read out of them
};

/// What can be run of one layer of a map.
struct LayerOffer {
    const char* page;        ///< the map's page
    const char* experiment;  ///< that is run
    QString text;            ///< with the layer's number: "Inside layer %1"
    /// Of the experiment; null where it cannot be run.
    Json (*parameters)(const Result& result, int layer);
};

/// The plots of one kind of result. To add a plot: a function from a result to its pages, and an entry here; views and
/// figures follow.
struct ChartKind {
    const char* kind;  ///< of results
    QString title;     ///< in the tab's menu
    std::vector<ChartPage> (*make)(const Result&, Metric);
    std::vector<Metric> metrics = {};  ///< that cells may be coloured by, the first by default; empty: no choice
    std::optional<LayerOffer> offer = {};
};

std::vector<ChartKind> chartKinds();

/// A plot of the chart's form, still empty.
std::unique_ptr<LayerPlot> plotFor(const SeriesChart& chart);

/// Shows a circuit in a view.
void showGraph(GraphView& view, const GraphChart& chart);

/// Shows a chart in a plot of its form.
void showSeries(LayerPlot& plot, const SeriesChart& chart);

/// Pages of a trace or of any of chartKinds(); of other kinds, and where a result holds nothing that fits, none.
/// @throws Failure as traceMetric(), for traces alone
std::vector<ChartPage> chartsOf(const Result& result, Metric metric);

/// What a cut in the state of a Mamba does not stop (METHODS.md §6.1, App. D of the paper); empty for results that do
/// not look at the state alone.
QString leakNote(const Result& result);

/// What of an average stands behind an evaluation's curves, and how alike they run; empty where nothing does.
QString profileNote(const Result& evaluation);

std::vector<ChartPage> averageCharts(const Result& result, Metric);   ///< maps by role, curves, peaks
std::vector<ChartPage> pathsCharts(const Result& result, Metric);     ///< bars by what is severed
std::vector<ChartPage> knockoutCharts(const Result& result, Metric);  ///< curves by what is cut
/// Layer × token with the most probable token in each cell, clean and corrupted; coloured by p, log p or rank.
std::vector<ChartPage> lensCharts(const Result& result, Metric metric);
std::vector<ChartPage> dlaCharts(const Result& result, Metric);         ///< bars that add up
std::vector<ChartPage> evaluationCharts(const Result& result, Metric);  ///< scores of edits by layer, beside no edit
std::vector<ChartPage> lreCharts(const Result& result, Metric);         ///< bars by relation, scatter, curves by layer
std::vector<ChartPage> circuitCharts(const Result& result, Metric);     ///< graph, matrix, curves by number of edges
std::vector<ChartPage> circuitInsideCharts(const Result& result, Metric);  ///< layer × part
std::vector<ChartPage> ioiCharts(const Result& result, Metric);  ///< layer × token, layers removed, cross-talk
Json insideLayer(const Result& ioi, int layer);  ///< parameters of ioi-layer over the same pairs; null: no Mamba
std::vector<ChartPage> ioiLayerCharts(const Result& result, Metric);   ///< taps × token, cosines token × token
std::vector<ChartPage> ioiNamesCharts(const Result& result, Metric);   ///< slot × slot
std::vector<ChartPage> attentionCharts(const Result& result, Metric);  ///< a map per layer, each on its own scale

}  // namespace mnemo
