// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap.h"

#include "widgets/heatmap_overlay.h"
#include "widgets/heatmap_plot.h"
#include "widgets/number_text.h"
#include "widgets/page_painter.h"

#include <QKeyEvent>
#include <QTimer>
#include <algorithm>

namespace mnemo {

Heatmap::Heatmap(QWidget* parent)
    : QWidget(parent), m_plot(new HeatmapPlot(this)), m_overlay(new HeatmapOverlay(this)), m_frame(new QTimer(this))
{
    installAccessibleGrid();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Heat map"));
    m_plot->setAttribute(Qt::WA_TransparentForMouseEvents);  // the mouse is ours; panning and zooming are passed on
    m_frame->setSingleShot(true);
    m_frame->setInterval(16);
    connect(m_frame, &QTimer::timeout, this, [this] {
        if (isVisible())
            m_plot->replot();
        placeOverlay();
    });
}

Heatmap::~Heatmap() = default;

void Heatmap::setArray(ArrayPtr array)
{
    m_array = std::move(array);
    m_plot->setArray(m_array);
    m_overlay->setEmpty(!m_array);
    applyRows();
    if (hasFocus())
        announceCurrent(this);
}

void Heatmap::setRows(std::vector<RowLabel> rows)
{
    m_rows = std::move(rows);
    applyRows();
}

void Heatmap::applyRows()
{
    std::vector<RowLabel> rows = m_rows;
    if (rows.empty() && m_array)
        for (const std::string& label : m_array->axes.at(1).labels)
            rows.push_back({QString::fromStdString(label), {}, false});
    m_plot->labels()->setRows(std::move(rows));
    m_plot->layOut();
    scheduleReplot();
}

void Heatmap::setColourMap(const ColourMap& map)
{
    m_plot->setColourMap(map);
    scheduleReplot();
}

void Heatmap::setRange(double low, double high)
{
    m_plot->setFixedRange({low, high});
    scheduleReplot();
}

void Heatmap::setAutoRange()
{
    m_plot->setAutoRange();
    scheduleReplot();
}

ValueRange Heatmap::range() const
{
    return m_plot->range();
}

void Heatmap::setTitle(const QString& title)
{
    setAccessibleName(title);
    m_plot->setTitle(title);
    scheduleReplot();
}

void Heatmap::setLayerLabel(const QString& text)
{
    m_plot->setLayerLabel(text);
    scheduleReplot();
}

void Heatmap::setValueLabel(const QString& text)
{
    m_plot->setValueLabel(text);
    scheduleReplot();
}

void Heatmap::setRowLabelsVisible(bool visible)
{
    m_plot->setLabelsVisible(visible);
    scheduleReplot();
}

void Heatmap::setColourBarVisible(bool visible)
{
    m_plot->setColourBarVisible(visible);
    scheduleReplot();
}

void Heatmap::setCurrentCell(Cell cell)
{
    if (cell == m_current)
        return;
    m_current = cell;
    m_plot->cells()->setCurrent(cell, m_window);
    m_plot->labels()->setCurrent(cell.pos);
    announceCurrent(this);
    scheduleReplot();
}

void Heatmap::setMarkedCell(Cell cell)
{
    if (cell == m_marked)
        return;
    m_marked = cell;
    std::optional<CellRange> frame;
    if (cell.valid())
        frame = {cell.layer, cell.layer + 1, cell.pos, cell.pos + 1};
    m_plot->cells()->setSelected(frame);
    scheduleReplot();
}

void Heatmap::setNotedCells(std::vector<Cell> cells)
{
    m_noted = std::move(cells);
    placeOverlay();
}

/// Over what was drawn last.
void Heatmap::placeOverlay()
{
    const QRect map = m_plot->axisRect()->rect();
    std::vector<QRectF> notes;
    for (const Cell cell : m_noted)
        if (const QRectF place = hasCell(cell) ? cellRect(cell) : QRectF(); QRectF(map).intersects(place))
            notes.push_back(place);
    m_overlay->setMapRect(map);
    m_overlay->setNotes(notes);
}

void Heatmap::setWindow(int layers)
{
    m_window = layers;
    m_plot->cells()->setCurrent(m_current, m_window);
    scheduleReplot();
}

void Heatmap::setStale(bool stale)
{
    m_overlay->setStale(stale);
}

void Heatmap::setProgress(double share)
{
    m_overlay->setProgress(share);
}

void Heatmap::setEmptyText(const QString& text)
{
    m_overlay->setEmptyText(text);
}

void Heatmap::setCellText(std::function<QString(Cell)> text)
{
    m_cellText = std::move(text);
}

void Heatmap::setTexts(std::vector<QString> texts)
{
    m_plot->cells()->setTexts(std::move(texts));
    scheduleReplot();
}

QString Heatmap::cellText(Cell cell) const
{
    const QString text = hasCell(cell) ? valueText(cell) : QString();
    return std::ranges::find(m_noted, cell) == m_noted.end() || text.isEmpty() ? text
                                                                               : tr("%1 (with a note)").arg(text);
}

QString Heatmap::valueText(Cell cell) const
{
    if (m_cellText)
        return m_cellText(cell);
    const QString unit = QString::fromStdString(m_array->unit == "probability" ? "p" : m_array->unit);
    const QString value = unit + QLatin1Char(' ') + shortNumber(m_array->at(cell.layer, cell.pos));
    const QString place = tr("%1, layer %2: ").arg(gridRowName(cell.pos)).arg(gridColumnName(cell.layer));
    switch (m_array->state(cell.layer, cell.pos)) {
        case CellState::NotComputed:
            return place + tr("not computed");
        case CellState::Undefined:
            return place + tr("not defined");
        case CellState::Exact:
            return place + tr("%1 (exact: it cannot matter here)").arg(value);
        case CellState::Computed:
            break;
    }
    return place + value;
}

QColor Heatmap::cellColour(Cell cell) const
{
    return m_plot->cells()->cellColour(cell);
}

Cell Heatmap::cellAt(QPoint point) const
{
    return m_array ? m_plot->cells()->cellAt(point) : Cell{};
}

QRectF Heatmap::cellRect(Cell cell) const
{
    return hasCell(cell) ? m_plot->cells()->cellRect(cell) : QRectF();
}

QRectF Heatmap::rowLabelRect(int pos) const
{
    return m_plot->labels()->rect(pos);
}

bool Heatmap::rowLabelsVisible() const
{
    return m_plot->labelsVisible();
}

int Heatmap::rowLabelsWidth() const
{
    return m_plot->labelsWidth();
}

int Heatmap::columnNamesHeight(double width) const
{
    const int turned = m_plot->turnedHeight(width / std::max(1, gridColumns()));
    return std::max(0, turned - fontMetrics().height());
}

void Heatmap::paint(PagePainter& page, QRectF rect) const
{
    m_plot->paint(&page.plotPainter(), rect);
}

int Heatmap::gridRows() const
{
    return m_plot->cells()->tokens();
}

int Heatmap::gridColumns() const
{
    return m_plot->cells()->layers();
}

QString Heatmap::gridCellText(int row, int column) const
{
    return cellText({column, row});
}

QRect Heatmap::gridCellRect(int row, int column) const
{
    return cellRect({column, row}).toAlignedRect();
}

QString Heatmap::gridRowName(int row) const
{
    const std::vector<RowLabel>& rows = m_plot->labels()->rows();
    return row >= 0 && row < int(rows.size()) ? rows[std::size_t(row)].shown() : QString::number(row);
}

QString Heatmap::gridColumnName(int column) const
{
    return m_array && column >= 0 && column < m_array->axes[0].size()
               ? QString::fromStdString(m_array->axes[0].labels[std::size_t(column)])
               : QString::number(column);
}

bool Heatmap::hasCell(Cell cell) const
{
    return m_array && cell.valid() && cell.layer < gridColumns() && cell.pos < gridRows();
}

QSize Heatmap::sizeHint() const
{
    const int row = fontMetrics().height() + 6;
    return {460, std::clamp(gridRows(), 6, 24) * row + 3 * row};
}

QSize Heatmap::minimumSizeHint() const
{
    return {180, 120};
}

void Heatmap::resetZoom()
{
    m_plot->resetZoom();
    scheduleReplot();
}

void Heatmap::reveal(Cell cell)
{
    if (hasCell(cell))
        m_plot->reveal(cell);
    scheduleReplot();
}

void Heatmap::zoom(double factor)
{
    m_plot->zoomBy(factor, m_current);
    scheduleReplot();
}

void Heatmap::scheduleReplot()
{
    if (!m_frame->isActive())
        m_frame->start();
}

void Heatmap::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    scheduleReplot();
}

void Heatmap::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_plot->setGeometry(rect());
    m_overlay->setGeometry(rect());
    m_overlay->raise();
    m_plot->layOut();
    placeOverlay();
    scheduleReplot();
}

}  // namespace mnemo
