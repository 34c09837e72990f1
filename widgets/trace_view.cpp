// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/trace_view.h"

#include "widgets/bar_list.h"
#include "widgets/heatmap_grid.h"
#include "widgets/line_plot.h"
#include "widgets/token_chips.h"
#include "widgets/trace_rows.h"

#include <QVBoxLayout>
#include <array>

namespace mnemo {

namespace {

void fill(QWidget* view, QWidget* content)
{
    auto* layout = new QVBoxLayout(view);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(content);
}

}  // namespace

TraceView::TraceView(QWidget* parent) : ResultView(parent), m_grid(new HeatmapGrid(this))
{
    fill(this, m_grid);
    connect(m_grid, &HeatmapGrid::cellClicked, this, &ResultView::cellClicked);
    connect(m_grid, &HeatmapGrid::cellActivated, this, &ResultView::cellActivated);
    connect(m_grid, &HeatmapGrid::currentCellChanged, this, &ResultView::currentCellChanged);
    connect(m_grid, &HeatmapGrid::cellsSelected, this, &ResultView::cellsSelected);
    connect(m_grid, &HeatmapGrid::tokenClicked, this, &ResultView::tokenClicked);
}

void TraceView::setResult(ResultPtr result)
{
    m_result = std::move(result);
    refresh();
}

void TraceView::setMetric(Metric metric)
{
    if (metric == m_metric)
        return;
    m_metric = metric;
    refresh();
}

void TraceView::setColourMap(const QString& name)
{
    if (name == m_colourMap)
        return;
    m_colourMap = name;
    refresh();
}

void TraceView::refresh()
{
    if (!m_result)
        return m_grid->setPanels({});
    const std::vector<HeatmapGrid::Panel> panels = tracePanels(*m_result, m_metric);
    const ValueRange range = traceRange(panels, m_metric);
    m_grid->setRows(traceRows(*m_result));
    m_grid->setColourMap(traceColourMap(m_metric, m_colourMap));
    m_grid->setRange(range.low, range.high);
    m_grid->setPanels(panels);
    m_grid->setWindows(traceWindows(*m_result));
}

void TraceView::setCurrentCell(Cell cell)
{
    m_grid->setCurrentCell(cell);
}

void TraceView::setStale(bool stale)
{
    m_grid->setStale(stale);
}

BarsView::BarsView(QWidget* parent) : ResultView(parent), m_bars(new BarList(this))
{
    fill(this, m_bars);
    connect(m_bars, &BarList::clicked, this, &ResultView::vocabularyClicked);
}

void BarsView::setResult(ResultPtr result)
{
    static constexpr std::array<std::pair<const char*, RunRole>, 5> lists{{{"top", RunRole::Clean},
                                                                           {"top_clean", RunRole::Clean},
                                                                           {"top_corrupt", RunRole::Corrupted},
                                                                           {"top_patched", RunRole::Patched},
                                                                           {"top_edited", RunRole::Edited}}};
    std::vector<BarSeries> series;
    const Json head = result && result->head.is_object() ? result->head : Json::object();
    for (const auto& [key, run] : lists) {
        if (!head.contains(key))
            continue;
        BarSeries one{run, {}};
        for (const Json& token : head[key])
            one.bars.push_back(
                {token.value("id", -1), shownToken(token.value("text", std::string())), token.value("p", 0.0)});
        series.push_back(std::move(one));
    }
    const auto id = [&](const char* key) {
        return head.contains(key) && head[key].is_object() ? head[key].value("id", -1) : -1;
    };
    m_bars->setSeries(std::move(series));
    m_bars->setTarget(id("target"));
    m_bars->setFoil(id("foil"));
}

void BarsView::setStale(bool stale)
{
    m_bars->setStale(stale);
}

LinesView::LinesView(QWidget* parent) : ResultView(parent), m_plot(new LinePlot(this))
{
    fill(this, m_plot);
    m_plot->setLayerLabel(tr("layer"));
    connect(m_plot, &LinePlot::layerClicked, this, [this](int layer) { Q_EMIT cellClicked({}, {layer, 0}); });
}

void LinesView::setResult(ResultPtr result)
{
    std::vector<LineSeries> series;
    if (result)
        for (const ArrayPtr& array : result->arrays)
            if (array->axes.size() == 1 && array->axes[0].name == "layer")
                series.push_back({QString::fromStdString(array->name),
                                  array->name.substr(0, array->name.find('.')),
                                  array->values,
                                  {},
                                  {},
                                  {},
                                  false});
    m_plot->setSeries(std::move(series));
}

void LinesView::setCurrentCell(Cell cell)
{
    m_plot->setCurrentLayer(cell.layer);
}

}  // namespace mnemo
