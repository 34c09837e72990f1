// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap_plot.h"

#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

constexpr int longestName = 110;  // pixels, of names that stand upright
constexpr int legibleRow = 10;    // pixels that names of columns leave to a row

}  // namespace

ValueRange autoRange(const Array& array)
{
    bool any = false;
    ValueRange range{0, 0};
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (!hasValue(array.states[i]) || !std::isfinite(array.values[i]))
            continue;
        range.low = any ? std::min(range.low, array.values[i]) : array.values[i];
        range.high = any ? std::max(range.high, array.values[i]) : array.values[i];
        any = true;
    }
    if (array.unit == "IE" || array.unit == "probability")
        range.low = 0;
    if (!(range.high > range.low))
        range.high = range.low + 1;
    return range;
}

HeatmapPlot::HeatmapPlot(QWidget* parent)
    : QCustomPlot(parent),
      m_cells(new CellPlottable(xAxis, yAxis)),
      m_labels(new RowLabels(axisRect())),
      m_bar(new ColourBar(axisRect())),
      m_title(new QCPItemText(this))
{
    setNoAntialiasingOnDrag(false);
    setInteractions(QCP::iRangeZoom | QCP::iRangeDrag);
    setFocusPolicy(Qt::NoFocus);
    axisRect()->setupFullAxesBox(false);
    axisRect()->setAutoMargins(QCP::msNone);
    axisRect()->setRangeZoomFactor(0.85);
    for (QCPAxis* axis : {xAxis, yAxis, xAxis2, yAxis2}) {
        axis->grid()->setVisible(false);
        axis->setTickLabels(axis == xAxis);
        axis->setTicks(axis == xAxis);
        axis->setSubTicks(false);
        axis->setVisible(axis == xAxis || axis == yAxis);
    }
    xAxis->setTicker(QSharedPointer<LayerTicker>::create(xAxis));
    xAxis->setTickLength(0, 3);
    xAxis->setTickLabelPadding(3);
    xAxis->setLabelPadding(4);
    yAxis->setRangeReversed(true);
    const auto bounded = [this] { keepInside(); };
    connect(xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, bounded);
    connect(yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, bounded);
    m_title->setClipToAxisRect(false);
    m_title->setSelectable(false);
    m_title->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
    m_title->setPadding({0, 0, 0, 6});
    m_title->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_title->position->setAxisRect(axisRect());
    m_title->position->setCoords(0, 0);
    m_title->setVisible(false);
    resetZoom();
    restyle();
}

void HeatmapPlot::changeEvent(QEvent* event)
{
    QCustomPlot::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        restyle();
        replot(QCustomPlot::rpQueuedReplot);
    }
}

void HeatmapPlot::setArray(const ArrayPtr& array)
{
    const int layers = m_cells->layers();
    const int tokens = m_cells->tokens();
    m_array = array;
    m_cells->setArray(array);
    nameLayers();
    if (layers != m_cells->layers() || tokens != m_cells->tokens())
        resetZoom();
    updateRange();
}

void HeatmapPlot::nameLayers()
{
    std::vector<std::pair<double, QString>> marks;
    bool numbered = true;
    for (int layer = 0; layer < m_cells->layers(); ++layer) {
        marks.emplace_back(layer, QString::fromStdString(m_array->axes[0].labels[std::size_t(layer)]));
        numbered = numbered && marks.back().second == QString::number(layer);
    }
    if (numbered)
        marks.clear();
    m_columnNames.clear();
    for (const auto& [layer, name] : marks)
        m_columnNames << name;
    xAxis->ticker().staticCast<LayerTicker>()->setMarks(std::move(marks));
}

void HeatmapPlot::setColourMap(const ColourMap& map)
{
    m_map = map;
    updateRange();
}

void HeatmapPlot::setFixedRange(ValueRange range)
{
    m_autoRange = false;
    m_range = range;
    updateRange();
}

void HeatmapPlot::setAutoRange()
{
    m_autoRange = true;
    updateRange();
}

void HeatmapPlot::updateRange()
{
    if (m_autoRange && m_array)
        m_range = autoRange(*m_array);
    const ColourMap map = m_map.onBackground(palette().color(QPalette::Base));
    m_cells->setColours(map, m_range);
    m_bar->setScale(map, m_range);
    bool below = false, above = false;
    for (std::size_t i = 0; m_array && i < m_array->size(); ++i)
        if (m_array->states[i] == CellState::Computed) {
            below = below || isBelow(m_array->values[i], m_range);
            above = above || isAbove(m_array->values[i], m_range);
        }
    m_bar->setOutside(below, above);
    layOut();
}

void HeatmapPlot::setTitle(const QString& text)
{
    m_title->setText(text);
    m_title->setVisible(!text.isEmpty());
    layOut();
}

void HeatmapPlot::setLayerLabel(const QString& text)
{
    xAxis->setLabel(text);
    layOut();
}

void HeatmapPlot::setValueLabel(const QString& text)
{
    m_bar->setCaption(text);
    layOut();
}

void HeatmapPlot::setLabelsVisible(bool visible)
{
    m_labelsVisible = visible;
    m_labels->setVisible(visible);
    layOut();
}

void HeatmapPlot::setColourBarVisible(bool visible)
{
    m_barVisible = visible;
    m_bar->setVisible(visible);
    layOut();
}

void HeatmapPlot::resetZoom()
{
    xAxis->setRange(fullLayers());
    yAxis->setRange(fullTokens());
}

void HeatmapPlot::zoomBy(double factor, Cell about)
{
    const Cell centre = about.valid() ? about : Cell{m_cells->layers() / 2, m_cells->tokens() / 2};
    xAxis->scaleRange(1 / factor, centre.layer);
    yAxis->scaleRange(1 / factor, centre.pos);
}

bool HeatmapPlot::isZoomed() const
{
    return xAxis->range() != fullLayers() || yAxis->range() != fullTokens();
}

void HeatmapPlot::reveal(Cell cell)
{
    const auto reach = [](QCPAxis* axis, int index) {
        const QCPRange range = axis->range();
        if (index - 0.5 < range.lower)
            axis->moveRange(index - 0.5 - range.lower);
        else if (index + 0.5 > range.upper)
            axis->moveRange(index + 0.5 - range.upper);
    };
    reach(xAxis, cell.layer);
    reach(yAxis, cell.pos);
}

void HeatmapPlot::keepInside()
{
    const auto keep = [](QCPAxis* axis, QCPRange full) {
        QCPRange range = axis->range();
        if (range.size() < 2)  // never less than two cells
            range = {range.center() - 1, range.center() + 1};
        range = range.size() >= full.size() ? full : range.bounded(full.lower, full.upper);
        if (range != axis->range())
            axis->setRange(range);
    };
    keep(xAxis, fullLayers());
    keep(yAxis, fullTokens());
}

void HeatmapPlot::restyle()
{
    const QColor base = palette().color(QPalette::Base);
    const QColor ink = palette().color(QPalette::Text);
    const QColor soft = mix(base, ink, 0.78);
    const QColor line = mix(base, ink, 0.4);
    setBackground(QBrush(base));
    m_cells->setInk(base, ink);
    m_labels->setStyle(font(), soft, siteColour("a", base));
    m_bar->setStyle(font(), soft, line);
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setBasePen(Qt::NoPen);
        axis->setTickPen(QPen(line, 1));
        axis->setTickLabelColor(soft);
        axis->setLabelColor(soft);
        axis->setTickLabelFont(font());
        axis->setLabelFont(font());
    }
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setColor(ink);
    updateRange();
}

int HeatmapPlot::labelsWidth() const
{
    return m_labels->width() - 6;
}

int HeatmapPlot::turnedHeight(double columnWidth) const
{
    const QFontMetrics letters(xAxis->tickLabelFont());
    int widest = 0, touching = 0;
    for (qsizetype i = 0; i < m_columnNames.size(); ++i) {
        const int width = letters.horizontalAdvance(m_columnNames[i]);
        widest = std::max(widest, width);
        const bool besideWord = (i > 0 && !isLayer(m_columnNames[i - 1])) ||
                                (i + 1 < m_columnNames.size() && !isLayer(m_columnNames[i + 1]));
        if (!isLayer(m_columnNames[i]) && besideWord)
            touching = std::max(touching, width);
    }
    return touching + 4 > columnWidth && touching > 0 ? std::min(widest, longestName) : 0;
}

void HeatmapPlot::turnNames(bool turned)
{
    xAxis->ticker().staticCast<LayerTicker>()->setTurned(turned);
    xAxis->setTickLabelRotation(turned ? -90 : 0);
}

void HeatmapPlot::layOut()
{
    const QFontMetrics metrics(font());
    const int left = m_labelsVisible ? m_labels->width() + 6 : 12;
    const int top = m_title->text().isEmpty() ? 10 : metrics.height() + 16;
    const int right = m_barVisible ? m_bar->width() + 6 : 12;
    const int wanted = turnedHeight((viewport().width() - left - right) / std::max(1.0, xAxis->range().size()));
    const int label = 12 + (xAxis->label().isEmpty() ? 0 : metrics.height() + 5);
    const int cells = viewport().height() - top - label - wanted;
    const bool room = cells >= std::min(legibleRow * m_cells->tokens(), viewport().height() / 2);
    const int turned = room ? wanted : 0;
    turnNames(turned > 0);
    const int bottom = std::max(metrics.height(), turned) + label;
    for (int round = 0; round < 2; ++round) {  // the bar's ticks, and so its width, depend on the height of the map
        axisRect()->setMargins({left, top, m_barVisible ? m_bar->width() + 6 : 12, bottom});
        for (const auto phase :
             {QCPLayoutElement::upPreparation, QCPLayoutElement::upMargins, QCPLayoutElement::upLayout})
            plotLayout()->update(phase);  // now, not at the next repaint: who asks where a cell is gets the truth
    }
}

void HeatmapPlot::paint(QCPPainter* painter, QRectF rect)
{
    const QRect before = viewport();
    painter->save();
    painter->translate(rect.topLeft());
    setViewport(QRect(0, 0, int(rect.width()), int(rect.height())));
    layOut();  // the layer ticks look at the width of the map: it must be known before they are made
    toPainter(painter, int(rect.width()), int(rect.height()));
    painter->restore();
    setViewport(before);
    layOut();
}

}  // namespace mnemo
