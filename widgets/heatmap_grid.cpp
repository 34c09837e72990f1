// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap_grid.h"

#include <QGridLayout>
#include <algorithm>

namespace mnemo {

namespace {

constexpr int narrowest = 300;   // pixels one map wants, row labels included
constexpr int lowest = 150;      // pixels of one map, title and layers included; below that the page scrolls
constexpr int rowHeight = 10;    // pixels in which a row has its name
constexpr int besideRows = 80;   // pixels of a map that are no rows
constexpr int besideCells = 75;  // pixels of a map's width without row labels that are no cells
constexpr int mostRows = 40;     // of a map that has all its names, however low the page is

}  // namespace

HeatmapGrid::HeatmapGrid(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->setSizeConstraint(QLayout::SetNoConstraint);  // narrower than now: fewer columns
}

Heatmap* HeatmapGrid::map(const std::string& site) const
{
    const auto found =
        std::find_if(m_maps.begin(), m_maps.end(), [&](const Entry& entry) { return entry.site == site; });
    return found == m_maps.end() ? nullptr : found->map;
}

std::vector<std::string> HeatmapGrid::sites() const
{
    std::vector<std::string> sites;
    for (const Entry& entry : m_maps)
        sites.push_back(entry.site);
    return sites;
}

Heatmap* HeatmapGrid::addMap(const std::string& site)
{
    auto* map = new Heatmap(this);
    const QString name = QString::fromStdString(site);
    map->setEmptyText(m_emptyText);
    map->setStale(m_stale);
    map->setCurrentCell(m_current);
    if (m_cellText)
        map->setCellText([this, site](Cell cell) { return m_cellText(site, cell); });
    connect(map, &Heatmap::cellClicked, this, [this, name](Cell cell) { Q_EMIT cellClicked(name, cell); });
    connect(map, &Heatmap::cellActivated, this, [this, name](Cell cell) { Q_EMIT cellActivated(name, cell); });
    connect(map, &Heatmap::cellHovered, this, [this, name](Cell cell) { Q_EMIT cellHovered(name, cell); });
    connect(map, &Heatmap::cellsSelected, this, [this, name](CellRange cells) { Q_EMIT cellsSelected(name, cells); });
    connect(map, &Heatmap::tokenClicked, this, &HeatmapGrid::tokenClicked);
    connect(map, &Heatmap::currentCellChanged, this, [this, name](Cell cell) {
        setCurrentCell(cell);
        Q_EMIT currentCellChanged(name, cell);
    });
    return map;
}

void HeatmapGrid::setPanels(const std::vector<Panel>& panels)
{
    std::vector<Entry> kept;
    for (const Panel& panel : panels) {
        Heatmap* shown = map(panel.site);
        kept.push_back({panel.site, shown ? shown : addMap(panel.site), panel.range, panel.colourMap, panel.rows});
    }
    const bool same = sites() == [&] {
        std::vector<std::string> names;
        for (const Entry& entry : kept)
            names.push_back(entry.site);
        return names;
    }();
    for (const Entry& old : m_maps)
        if (std::none_of(kept.begin(), kept.end(), [&](const Entry& entry) { return entry.map == old.map; }))
            old.map->deleteLater(), old.map->hide();
    m_maps = std::move(kept);
    for (std::size_t i = 0; i < panels.size(); ++i) {
        Heatmap* map = m_maps[i].map;
        map->setTitle(panels[i].title);
        map->setLayerLabel(panels[i].layerLabel);
        map->setValueLabel(panels[i].valueLabel);
        colour(m_maps[i]);
        labelRows(m_maps[i]);
        map->setTexts(panels[i].texts);
        map->setArray(panels[i].array);
        map->setFocusPolicy(panels[i].array ? Qt::StrongFocus : Qt::NoFocus);
    }
    if (!same)
        return arrange();
    showRowLabels();  // there may be other rows
    if (m_readable)
        updateGeometry();
}

void HeatmapGrid::setRows(const std::vector<RowLabel>& rows)
{
    m_rows = rows;
    for (const Entry& entry : m_maps)
        labelRows(entry);
    alignColumns();
}

void HeatmapGrid::labelRows(const Entry& entry) const
{
    entry.map->setRows(entry.rows.empty() ? m_rows : entry.rows);
}

void HeatmapGrid::colour(const Entry& entry) const
{
    const QString& name = entry.colourMap.isEmpty() ? m_colourMap : entry.colourMap;
    entry.map->setColourMap(siteColourMap(entry.site, name.toStdString()));
    if (entry.range)
        entry.map->setRange(entry.range->low, entry.range->high);
    else if (m_autoRange)
        entry.map->setAutoRange();
    else
        entry.map->setRange(m_range.low, m_range.high);
}

void HeatmapGrid::setRange(double low, double high)
{
    m_autoRange = false;
    m_range = {low, high};
    for (const Entry& entry : m_maps)
        colour(entry);
}

void HeatmapGrid::setAutoRange()
{
    m_autoRange = true;
    for (const Entry& entry : m_maps)
        colour(entry);
}

void HeatmapGrid::setColourMap(const QString& name)
{
    m_colourMap = name;
    for (const Entry& entry : m_maps)
        colour(entry);
}

void HeatmapGrid::setCurrentCell(Cell cell)
{
    m_current = cell;
    for (const Entry& entry : m_maps)
        entry.map->setCurrentCell(cell);
}

void HeatmapGrid::setStale(bool stale)
{
    m_stale = stale;
    for (const Entry& entry : m_maps)
        entry.map->setStale(stale);
}

void HeatmapGrid::setProgress(double share)
{
    for (const Entry& entry : m_maps)
        entry.map->setProgress(share);
}

void HeatmapGrid::setEmptyText(const QString& text)
{
    m_emptyText = text;
    for (const Entry& entry : m_maps)
        entry.map->setEmptyText(text);
}

void HeatmapGrid::setColumns(int columns)
{
    m_fixedColumns = columns;
    arrange();
}

void HeatmapGrid::setRowLabelsVisible(bool visible)
{
    if (visible == m_labelled)
        return;
    m_labelled = visible;
    arrange();
}

int HeatmapGrid::rowLabelsWidth() const
{
    return labelsWidth(0);
}

void HeatmapGrid::setMarkedCell(const QString& site, Cell cell)
{
    for (const Entry& entry : m_maps)
        entry.map->setMarkedCell(QString::fromStdString(entry.site) == site ? cell : Cell());
}

void HeatmapGrid::setNotedCells(const std::map<std::string, std::vector<Cell>>& cells)
{
    for (const Entry& entry : m_maps) {
        const auto noted = cells.find(entry.site);
        entry.map->setNotedCells(noted == cells.end() ? std::vector<Cell>() : noted->second);
    }
}

void HeatmapGrid::setWindows(const std::map<std::string, int>& layers)
{
    for (const Entry& entry : m_maps)
        if (const auto found = layers.find(entry.site); found != layers.end())
            entry.map->setWindow(found->second);
}

void HeatmapGrid::setCellText(std::function<QString(const std::string&, Cell)> text)
{
    m_cellText = std::move(text);
    for (const Entry& entry : m_maps) {
        if (m_cellText)
            entry.map->setCellText([this, site = entry.site](Cell cell) { return m_cellText(site, cell); });
        else
            entry.map->setCellText({});
    }
}

int HeatmapGrid::fittingColumns() const
{
    if (m_fixedColumns > 0)
        return m_fixedColumns;
    const int maps = int(m_maps.size());
    const int fit = std::clamp(width() / narrowest, 1, std::max(1, maps));
    const int lines = std::max(1, (maps + fit - 1) / fit);
    return std::max(1, (maps + lines - 1) / lines);  // four maps in two columns rather than three and one
}

void HeatmapGrid::arrange()
{
    auto* grid = static_cast<QGridLayout*>(layout());
    m_columns = fittingColumns();
    for (const Entry& entry : m_maps)
        grid->removeWidget(entry.map);
    for (int index = 0; index < int(m_maps.size()); ++index) {
        Heatmap* map = m_maps[std::size_t(index)].map;
        grid->addWidget(map, index / m_columns, index % m_columns);
        map->setSizePolicy(QSizePolicy::Expanding, m_fixedColumns > 0 ? QSizePolicy::Ignored : QSizePolicy::Expanding);
        map->show();
    }
    showRowLabels();
    updateGeometry();
}

void HeatmapGrid::showRowLabels()
{
    for (std::size_t index = 0; index < m_maps.size(); ++index) {
        const std::size_t column = index % std::size_t(m_columns);
        const bool needed = needsRowLabels(m_maps[index].rows, m_maps[index - column].rows);
        m_maps[index].map->setRowLabelsVisible(m_labelled && (column == 0 || needed));
    }
    alignColumns();
}

int HeatmapGrid::labelsWidth(int column) const
{
    int width = 0;
    for (std::size_t index = std::size_t(column); index < m_maps.size(); index += std::size_t(m_columns))
        if (const Heatmap* map = m_maps[index].map; map->rowLabelsVisible())
            width = std::max(width, map->rowLabelsWidth());
    return width;
}

int HeatmapGrid::cellsWidth() const
{
    int room = width() - layout()->spacing() * (m_columns - 1);
    for (int column = 0; column < m_columns; ++column)
        room -= labelsWidth(column);
    return std::max(1, room / std::max(1, m_columns));
}

void HeatmapGrid::alignColumns()
{
    if (m_maps.empty())
        return;
    // A column with row labels gets that much more, so that all cells are equally wide.
    auto* grid = static_cast<QGridLayout*>(layout());
    const int room = cellsWidth();
    for (int column = 0; column < grid->columnCount(); ++column)
        grid->setColumnStretch(column, column < m_columns ? room + labelsWidth(column) : 0);
}

void HeatmapGrid::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (!m_maps.empty() && fittingColumns() != m_columns)
        arrange();
    else
        alignColumns();
    if (m_readable)
        updateGeometry();  // names of columns may need to stand upright
}

int HeatmapGrid::lines() const
{
    return m_columns > 0 ? std::max(1, (int(m_maps.size()) + m_columns - 1) / m_columns) : 1;
}

void HeatmapGrid::setRowsReadable(bool readable)
{
    m_readable = readable;
    updateGeometry();
}

QSize HeatmapGrid::sizeHint() const
{
    const QSize one = m_maps.empty() ? QSize(460, 300) : m_maps.front().map->sizeHint();
    return {one.width() * std::max(1, m_columns), one.height() * lines()};
}

QSize HeatmapGrid::minimumSizeHint() const
{
    int line = lowest;
    if (m_readable)
        for (const Entry& entry : m_maps)
            line = std::max(line, readableHeight(*entry.map));
    return {240, line * lines()};
}

int HeatmapGrid::readableHeight(const Heatmap& map) const
{
    const int names = map.columnNamesHeight(cellsWidth() - besideCells);
    return besideRows + rowHeight * std::min(map.gridRows(), mostRows) + names;
}

}  // namespace mnemo
