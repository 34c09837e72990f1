// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cell_plottable.h"

#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

constexpr double hatchSpacing = 6;   // pixels between two lines, measured along x
constexpr double gapFrom = 11;       // cells at least this large are set apart by a hair of background
constexpr double letterShare = 0.9;  // of the plot's letters: those in cells
constexpr int fewestLetters = 3;     // that a cell must have room for

/// Lines x + y = k·spacing (or x − y) inside the rectangle: in phase over neighbours, and plain vectors.
QVector<QLineF> hatch(const QRectF& rect, bool falling)
{
    QVector<QLineF> lines;
    const double sign = falling ? -1 : 1;
    const double low = falling ? rect.left() - rect.bottom() : rect.left() + rect.top();
    const double high = falling ? rect.right() - rect.top() : rect.right() + rect.bottom();
    for (double sum = std::ceil(low / hatchSpacing) * hatchSpacing; sum < high; sum += hatchSpacing) {
        const auto onTop = [&](double y) { return QPointF(sum - sign * y, y); };
        const auto onSide = [&](double x) { return QPointF(x, sign * (sum - x)); };
        QPointF from = onTop(rect.top());
        if (from.x() < rect.left() || from.x() > rect.right())
            from = onSide(falling ? rect.left() : rect.right());
        QPointF to = onTop(rect.bottom());
        if (to.x() < rect.left() || to.x() > rect.right())
            to = onSide(falling ? rect.right() : rect.left());
        lines << QLineF(from, to);
    }
    return lines;
}

}  // namespace

std::pair<int, int> windowLayers(int layer, int width, int layers)
{
    const int first = layer - width / 2;
    return {std::max(first, 0), std::min(first + width, layers)};
}

CellPlottable::CellPlottable(QCPAxis* layers, QCPAxis* tokens) : QCPAbstractPlottable(layers, tokens)
{
    setSelectable(QCP::stNone);
    setAntialiasedFill(false);
}

void CellPlottable::setColours(ColourMap map, ValueRange range)
{
    m_map = std::move(map);
    m_range = range;
}

void CellPlottable::setInk(const QColor& background, const QColor& ink)
{
    m_background = background;
    m_ink = ink;
}

void CellPlottable::setCurrent(Cell cell, int window)
{
    m_current = cell;
    m_window = window;
}

int CellPlottable::layers() const
{
    return m_array && m_array->axes.size() == 2 ? m_array->axes[0].size() : 0;
}

int CellPlottable::tokens() const
{
    return m_array && m_array->axes.size() == 2 ? m_array->axes[1].size() : 0;
}

QColor CellPlottable::cellColour(Cell cell) const
{
    if (!cell.valid() || cell.layer >= layers() || cell.pos >= tokens() || !m_array->has(cell.layer, cell.pos))
        return {};
    return m_map.colour(m_array->at(cell.layer, cell.pos), m_range);
}

QRectF CellPlottable::cellRect(Cell cell) const
{
    return rangeRect({cell.layer, cell.layer + 1, cell.pos, cell.pos + 1});
}

QRectF CellPlottable::rangeRect(const CellRange& cells) const
{
    const QPointF topLeft = coordsToPixels(cells.firstLayer - 0.5, cells.firstPos - 0.5);
    const QPointF bottomRight = coordsToPixels(cells.endLayer - 0.5, cells.endPos - 0.5);
    if (m_vectors)
        return {topLeft, bottomRight};
    // Whole pixels: neighbours share an edge exactly, without seams or blur.
    return {QPointF(std::round(topLeft.x()), std::round(topLeft.y())),
            QPointF(std::round(bottomRight.x()), std::round(bottomRight.y()))};
}

Cell CellPlottable::cellAt(QPointF pixel) const
{
    double layer = 0;
    double pos = 0;
    pixelsToCoords(pixel, layer, pos);
    const Cell cell{int(std::floor(layer + 0.5)), int(std::floor(pos + 0.5))};
    const bool inside = mKeyAxis->axisRect()->rect().contains(pixel.toPoint());
    return inside && cell.valid() && cell.layer < layers() && cell.pos < tokens() ? cell : Cell{};
}

double CellPlottable::selectTest(const QPointF&, bool, QVariant*) const
{
    return -1;  // the widget does its own picking
}

QCPRange CellPlottable::getKeyRange(bool& found, QCP::SignDomain) const
{
    found = layers() > 0;
    return {-0.5, layers() - 0.5};
}

QCPRange CellPlottable::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const
{
    found = tokens() > 0;
    return {-0.5, tokens() - 0.5};
}

void CellPlottable::draw(QCPPainter* painter)
{
    m_vectors = painter->modes().testFlag(QCPPainter::pmVectorized);
    const QRectF visible = clipRect();
    const QRectF one = cellRect({0, 0});
    // Cells too small for a gap overlap by a hair in vector files, where viewers would show a seam between them.
    const bool large = std::min(one.width(), one.height()) >= gapFrom;
    const double gap = large ? 1 : m_vectors ? -0.25 : 0;
    painter->setAntialiasing(false);
    for (int pos = 0; pos < tokens(); ++pos)
        for (int layer = 0; layer < layers(); ++layer) {
            const QRectF rect = cellRect({layer, pos}).adjusted(0, 0, -gap, -gap);
            if (rect.intersects(visible))
                drawCell(painter, {layer, pos}, rect);
        }
    painter->setPen(QPen(mix(m_background, m_ink, 0.22), 1));
    painter->setBrush(Qt::NoBrush);
    const QRectF all = rangeRect({0, layers(), 0, tokens()});
    painter->drawPolygon(QPolygonF(m_vectors ? all : all.adjusted(0, 0, -1, -1)));
    drawTexts(painter);
    drawCurrent(painter);
    m_vectors = false;
}

void CellPlottable::drawTexts(QCPPainter* painter) const
{
    if (m_texts.size() != std::size_t(layers()) * std::size_t(tokens()) || m_texts.empty())
        return;
    QFont font = mParentPlot->font();
    font.setPixelSize(std::max(1, int(QFontInfo(font).pixelSize() * letterShare)));
    const QFontMetricsF letters(font);
    const QRectF one = cellRect({0, 0}).adjusted(1, 0, -2, 0);
    if (letters.height() * 0.9 > one.height() || letters.averageCharWidth() * fewestLetters > one.width())
        return;
    const QRectF visible = clipRect();
    painter->setFont(font);
    for (int layer = 0; layer < layers(); ++layer)
        for (int pos = 0; pos < tokens(); ++pos) {
            const QRectF rect = cellRect({layer, pos}).adjusted(1, 0, -2, 0);
            const QColor colour = cellColour({layer, pos});
            if (!colour.isValid() || !visible.contains(rect.center()))
                continue;
            const QString& text = m_texts[std::size_t(layer) * std::size_t(tokens()) + std::size_t(pos)];
            painter->setPen(contrast(colour, m_ink) > contrast(colour, m_background) ? m_ink : m_background);
            painter->drawText(rect, Qt::AlignCenter | Qt::TextSingleLine,
                              letters.elidedText(text, Qt::ElideRight, rect.width()));
        }
}

void CellPlottable::drawCell(QCPPainter* painter, Cell cell, const QRectF& rect) const
{
    const CellState state = m_array->state(cell.layer, cell.pos);
    const QColor colour = cellColour(cell);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour.isValid() ? colour : mix(m_background, m_ink, 0.035));
    painter->drawRect(rect);
    if (!colour.isValid()) {
        painter->setAntialiasing(true);
        painter->setPen(QPen(mix(m_background, m_ink, 0.24), 0.8));
        painter->drawLines(hatch(rect, false));
        if (state == CellState::Undefined)
            painter->drawLines(hatch(rect, true));
        painter->setAntialiasing(false);
    } else if (state == CellState::Exact) {
        painter->setAntialiasing(true);
        const QColor ink = contrast(colour, m_ink) > contrast(colour, m_background) ? m_ink : m_background;
        painter->setBrush(mix(colour, ink, 0.45));
        const double radius = std::clamp(std::min(rect.width(), rect.height()) * 0.1, 0.7, 2.2);
        painter->drawEllipse(rect.center(), radius, radius);
        painter->setAntialiasing(false);
    } else if (isBelow(m_array->at(cell.layer, cell.pos), m_range) && !m_map.isDiverging()) {
        painter->setBrush(
            mix(colour, contrast(colour, m_ink) > contrast(colour, m_background) ? m_ink : m_background, 0.55));
        const QPointF half(std::clamp(rect.width() * 0.2, 1.0, 4.0), 0.6);
        painter->drawRect(QRectF(rect.center() - half, rect.center() + half));  // a minus
    }
}

void CellPlottable::drawCurrent(QCPPainter* painter) const
{
    painter->setBrush(Qt::NoBrush);
    if (m_selected) {
        const QRectF rect = rangeRect(*m_selected).adjusted(0.5, 0.5, -0.5, -0.5);
        painter->setPen(QPen(m_ink, 1.5, Qt::DashLine));
        painter->drawRect(rect);
    }
    if (!m_current.valid() || m_current.layer >= layers() || m_current.pos >= tokens())
        return;
    const QRectF all = rangeRect({0, layers(), 0, tokens()});
    const QRectF rect = cellRect(m_current);
    painter->setPen(QPen(mix(m_background, m_ink, 0.45), 1, Qt::DotLine));
    painter->drawLine(QLineF(all.left(), rect.center().y(), rect.left(), rect.center().y()));
    painter->drawLine(QLineF(rect.center().x(), rect.bottom(), rect.center().x(), all.bottom()));
    if (m_window > 1) {
        const auto [first, end] = windowLayers(m_current.layer, m_window, layers());
        painter->setPen(QPen(m_ink, 1.2));
        painter->drawRect(rangeRect({first, end, m_current.pos, m_current.pos + 1}).adjusted(-0.5, -0.5, -0.5, -0.5));
    }
    painter->setPen(QPen(m_background, 1));
    painter->drawRect(rect.adjusted(1, 1, -2.5, -2.5));
    painter->setPen(QPen(m_ink, 2));
    painter->drawRect(rect.adjusted(-0.5, -0.5, -0.5, -0.5));
}

void CellPlottable::drawLegendIcon(QCPPainter* painter, const QRectF& rect) const
{
    painter->fillRect(rect, m_map.at(1));
}

}  // namespace mnemo
