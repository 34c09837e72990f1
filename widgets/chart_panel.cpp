// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart_panel.h"

#include "widgets/graph_view.h"

#include <QGridLayout>
#include <algorithm>

namespace mnemo {

namespace {

constexpr int narrowest = 280;  // pixels a plot wants before it shares a line
constexpr int cells = 6;        // of a line: halves and thirds of it are whole numbers
constexpr int lowest = 170;     // pixels of a plot; below that the page scrolls
constexpr int upright = 300;    // the same with names that stand upright

template <typename Widget>
std::vector<Widget*> ofType(const QWidget* parent)
{
    const QList<Widget*> found = parent->findChildren<Widget*>(QString(), Qt::FindDirectChildrenOnly);
    return {found.begin(), found.end()};
}

}  // namespace

ChartPanel::ChartPanel(QWidget* parent) : QWidget(parent)
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(6);
}

std::vector<HeatmapGrid*> ChartPanel::maps() const
{
    return ofType<HeatmapGrid>(this);
}

std::vector<LayerPlot*> ChartPanel::plots() const
{
    return ofType<LayerPlot>(this);
}

void ChartPanel::setCharts(const std::vector<Chart>& charts)
{
    if (!hasShape(charts))
        rebuild(charts);
    for (std::size_t i = 0; i < charts.size(); ++i) {
        if (const auto* maps = std::get_if<MapChart>(&charts[i]))
            show(*maps, static_cast<HeatmapGrid*>(m_entries[i].widget));
        else if (const auto* graph = std::get_if<GraphChart>(&charts[i]))
            showGraph(*static_cast<GraphView*>(m_entries[i].widget), *graph);
        else
            showSeries(*static_cast<LayerPlot*>(m_entries[i].widget), std::get<SeriesChart>(charts[i]));
    }
}

bool ChartPanel::hasShape(const std::vector<Chart>& charts) const
{
    return charts.size() == m_entries.size() &&
           std::equal(charts.begin(), charts.end(), m_entries.begin(),
                      [](const Chart& chart, const Entry& entry) { return ChartShape::of(chart) == entry.shape; });
}

void ChartPanel::rebuild(const std::vector<Chart>& charts)
{
    for (const Entry& entry : m_entries)
        delete entry.widget;
    m_entries.clear();
    for (const Chart& chart : charts) {
        const auto* series = std::get_if<SeriesChart>(&chart);
        m_entries.push_back({ChartShape::of(chart), make(chart), series ? series->columns : 1});
    }
    arrange();
}

QWidget* ChartPanel::make(const Chart& chart)
{
    if (std::holds_alternative<MapChart>(chart)) {
        auto* grid = new HeatmapGrid(this);
        grid->setRowsReadable(true);
        connect(grid, &HeatmapGrid::tokenClicked, this, &ChartPanel::tokenClicked);
        connect(grid, &HeatmapGrid::cellClicked, this,
                [this](const QString&, Cell cell) { Q_EMIT columnClicked(cell.layer); });
        return grid;
    }
    if (std::holds_alternative<GraphChart>(chart))
        return new GraphView(this);
    const auto& series = std::get<SeriesChart>(chart);
    LayerPlot* plot = plotFor(series).release();
    plot->setParent(this);
    plot->setMinimumHeight(series.namesTurned ? upright : lowest);
    connect(plot, &LayerPlot::layerClicked, this, [this](int layer) {
        setCurrentLayer(layer);
        Q_EMIT layerClicked(layer);
    });
    connect(plot, &LayerPlot::pointClicked, this, &ChartPanel::pointClicked);
    return plot;
}

void ChartPanel::show(const MapChart& chart, HeatmapGrid* grid) const
{
    grid->setColumns(chart.inPairs ? chart.columns : 0);
    grid->setRows(chart.rows);
    grid->setColourMap(chart.colourMap);
    grid->setRange(chart.range.low, chart.range.high);
    grid->setPanels(chart.panels);
    grid->setWindows(chart.windows);
    grid->setCellText(chart.cellText);
    grid->setStale(m_stale);
}

void ChartPanel::setCurrentLayer(int layer)
{
    for (LayerPlot* plot : plots())
        plot->setCurrentLayer(layer);
}

void ChartPanel::setStale(bool stale)
{
    m_stale = stale;
    for (HeatmapGrid* grid : maps())
        grid->setStale(stale);
}

int ChartPanel::fitting(int most) const
{
    return std::clamp(width() / narrowest, 1, most);
}

void ChartPanel::arrange()
{
    auto* grid = static_cast<QGridLayout*>(layout());
    for (const Entry& entry : m_entries)
        grid->removeWidget(entry.widget);
    int row = 0, cell = 0;
    m_columns = 1;
    for (const Entry& entry : m_entries) {
        const int columns = fitting(entry.columns);
        const int span = cells / columns;
        if (cell + span > cells || cell % span != 0) {
            ++row;
            cell = 0;
        }
        grid->addWidget(entry.widget, row, cell, 1, span);
        entry.widget->show();
        cell += span;
        m_columns = std::max(m_columns, columns);
    }
    for (int column = 0; column < cells; ++column)
        grid->setColumnStretch(column, 1);
    updateGeometry();
}

void ChartPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    int most = 1;
    for (const Entry& entry : m_entries)
        most = std::max(most, fitting(entry.columns));
    if (most != m_columns)
        arrange();
}

}  // namespace mnemo
