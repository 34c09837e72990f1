// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure_layout.h"

#include "core/data/error.h"
#include "ui/trace_comparison.h"
#include "widgets/bar_plot.h"
#include "widgets/graph_view.h"
#include "widgets/heatmap.h"
#include "widgets/line_plot.h"
#include "widgets/page_painter.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mnemo {
namespace {

constexpr double rowPixels = 15;       // of a map
constexpr double narrowestPlot = 200;  // of curves or bars; narrower ones go below each other
constexpr double plotPixels = 190;     // height of curves or bars
constexpr double turnedPixels = 350;   // the same above upright names
constexpr double smallPixels = 130;    // the same of small multiples

void keepSites(std::vector<Chart>& charts, const QStringList& sites)
{
    const auto other = [&](const auto& entry) { return !sites.contains(QString::fromStdString(entry.site)); };
    for (Chart& chart : charts)
        if (auto* maps = std::get_if<MapChart>(&chart))
            std::erase_if(maps->panels, other);
        else if (auto* series = std::get_if<SeriesChart>(&chart))
            std::erase_if(series->series, other);
    std::erase_if(charts, [](const Chart& chart) {
        const auto* maps = std::get_if<MapChart>(&chart);
        const auto* series = std::get_if<SeriesChart>(&chart);
        return maps ? maps->panels.empty() : !series || series->series.empty();  // graphs have no sites
    });
}

bool hasMap(const std::vector<Chart>& charts)
{
    return std::any_of(charts.begin(), charts.end(),
                       [](const Chart& chart) { return std::holds_alternative<MapChart>(chart); });
}

/// @throws Failure Usage
std::vector<Chart> besideCharts(const Result& result, const FigureOptions& options)
{
    if (result.kind != "trace" || options.beside->kind != "trace")
        throw Failure(ErrorCode::Usage, "Only traces stand beside each other in a figure.", "Choose two traces.");
    return comparisonCharts(compareTraces(result, *options.beside, options.metric, options.oneScale),
                            options.colourMap);
}

}  // namespace

std::vector<Chart> chosenCharts(const Result& result, const FigureOptions& options)
{
    if (options.beside)
        return besideCharts(result, options);
    std::vector<Chart> charts;
    bool any = false;
    for (ChartPage& page : chartsOf(result, options.metric)) {
        any = true;
        if (options.parts.isEmpty() || options.parts.contains(page.key))
            std::move(page.charts.begin(), page.charts.end(), std::back_inserter(charts));
    }
    if (!any && result.kind != "trace")
        throw Failure(
            ErrorCode::Usage, "A result of kind \"" + result.kind + "\" has no figure.",
            "Choose a trace, a lens, an attribution, attention maps, a circuit, or an experiment over facts.");
    if (any && charts.empty())
        throw Failure(ErrorCode::Usage,
                      "A figure of kind \"" + result.kind + "\" has no part \"" +
                          options.parts.join(QLatin1Char(',')).toStdString() + "\".",
                      "Leave the parts out to see them all.");
    if (!options.sites.isEmpty()) {
        const bool mapped = hasMap(charts);
        keepSites(charts, options.sites);
        if (!mapped || !hasMap(charts))  // elsewhere sites are colours only
            charts.clear();
    }
    if (charts.empty())
        throw Failure(
            ErrorCode::Usage,
            "The " + result.kind + " has no site \"" + options.sites.join(QLatin1Char(',')).toStdString() + "\".",
            "Name sites that it was made for.");
    return charts;
}

FigureLayout::FigureLayout(QPointF corner, double width, QString colourMap, bool dark)
    : m_colourMap(std::move(colourMap)),
      m_dark(dark),
      m_left(corner.x()),
      m_top(corner.y()),
      m_bottom(corner.y()),
      m_inner(width)
{
}

void FigureLayout::add(const Chart& chart)
{
    if (const auto* maps = std::get_if<MapChart>(&chart))
        addMaps(*maps);
    else if (const auto* graph = std::get_if<GraphChart>(&chart))
        addGraph(*graph);
    else
        addSeries(std::get<SeriesChart>(chart));
}

template <typename Plot>
Plot* FigureLayout::styled(std::unique_ptr<Plot> plot)
{
    plot->setPalette(figurePalette(m_dark));
    plot->setFont(figureFont(page::textPixels));
    Plot* raw = plot.get();
    m_plots.push_back({std::move(plot), [raw](PagePainter& page, QRectF place) { raw->paint(page, place); }, {}});
    return raw;
}

Heatmap* FigureLayout::addMap(const HeatmapGrid::Panel& panel, const MapChart& chart)
{
    auto* map = styled(std::make_unique<Heatmap>());
    map->setTitle(panel.title);
    map->setLayerLabel(panel.layerLabel);
    map->setValueLabel(panel.valueLabel);
    const QString chosen = m_colourMap.isEmpty() ? chart.colourMap : m_colourMap;
    const QString name = panel.colourMap.isEmpty() ? chosen : panel.colourMap;
    map->setColourMap(siteColourMap(panel.site, name.toStdString()));
    const ValueRange range = panel.range.value_or(chart.range);
    map->setRange(range.low, range.high);
    map->setRows(panel.rows.empty() ? chart.rows : panel.rows);
    map->setTexts(panel.texts);
    map->setArray(panel.array);
    return map;
}

/// In columns whose cells are equally wide: those with labels get their width on top.
void FigureLayout::addMaps(const MapChart& chart)
{
    const double top = newLine();
    const int columns = m_inner + 2 * page::edge >= 480 && chart.panels.size() > 1 ? chart.columns : 1;
    std::vector<Heatmap*> maps;
    std::vector<double> labels(std::size_t(columns), 0);
    double height = 0;
    for (std::size_t index = 0; index < chart.panels.size(); ++index) {
        const std::size_t column = index % std::size_t(columns);
        const bool labelled = column == 0 || needsRowLabels(chart.panels[index].rows, chart.panels[index - column].rows);
        Heatmap* map = addMap(chart.panels[index], chart);
        map->setRowLabelsVisible(labelled);
        if (labelled && columns > 1)
            labels[column] = std::max(labels[column], double(map->rowLabelsWidth()));
        height = std::max(height, std::round(map->gridRows() * rowPixels + 2 * page::textPixels + 56));
        maps.push_back(map);
    }
    const double room = std::accumulate(labels.begin(), labels.end(), page::between * (columns - 1));
    const double cells = (m_inner - room) / columns;
    int names = 0;
    for (const Heatmap* map : maps)
        names = std::max(names, map->columnNamesHeight(cells));
    height += names;
    for (std::size_t index = 0; index < maps.size(); ++index) {
        const std::size_t column = index % std::size_t(columns);
        const double left = std::accumulate(labels.begin(), labels.begin() + std::ptrdiff_t(column),
                                            m_left + double(column) * (cells + page::between));
        const double y = top + double(index / std::size_t(columns)) * (height + page::between);
        m_plots[m_plots.size() - maps.size() + index].place = {std::round(left), std::round(y),
                                                               std::floor(cells + labels[column]), height};
        m_bottom = y + height;
    }
    dropFree(chart, maps.size());
}

/// Places without a map.
void FigureLayout::dropFree(const MapChart& chart, std::size_t maps)
{
    const std::size_t first = m_plots.size() - maps;
    for (std::size_t index = maps; index-- > 0;)
        if (!chart.panels[index].array)
            m_plots.erase(m_plots.begin() + std::ptrdiff_t(first + index));
}

void FigureLayout::addSeries(const SeriesChart& chart)
{
    const int columns = std::clamp(int(m_inner / narrowestPlot), 1, chart.columns);
    if (columns != m_columns || m_column == columns)
        m_top = newLine();
    m_columns = columns;
    const double one = (m_inner - page::between * (columns - 1)) / columns;
    LayerPlot* plot = styled(plotFor(chart));
    showSeries(*plot, chart);
    m_plots.back().place = {std::round(m_left + m_column * (one + page::between)), std::round(m_top), std::floor(one),
                            chart.columns > 2   ? smallPixels
                            : chart.namesTurned ? turnedPixels
                                                : plotPixels};
    m_bottom = std::max(m_bottom, m_plots.back().place.bottom());
    ++m_column;
}

void FigureLayout::addGraph(const GraphChart& chart)
{
    const double top = newLine();
    auto* view = styled(std::make_unique<GraphView>());
    showGraph(*view, chart);
    view->setTitle({});  // the page's own says it
    m_plots.back().place = {std::round(m_left), std::round(top), std::floor(m_inner), view->figureHeight(m_inner)};
    m_bottom = m_plots.back().place.bottom();
}

/// Where the next line of plots begins.
double FigureLayout::newLine()
{
    m_column = 0;
    m_columns = 0;
    return m_plots.empty() ? m_top : m_bottom + page::between;
}

}  // namespace mnemo
