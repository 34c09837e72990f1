// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap_overlay.h"

#include "widgets/colour_map.h"

#include <QPainter>
#include <algorithm>

namespace mnemo {

namespace {

constexpr double smallestMark = 5, largestMark = 9;  // pixels

template <typename T>
void assign(QWidget* widget, T& member, const T& value)
{
    if (member == value)
        return;
    member = value;
    widget->update();
}

}  // namespace

HeatmapOverlay::HeatmapOverlay(QWidget* parent) : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void HeatmapOverlay::setStale(bool stale)
{
    assign(this, m_stale, stale);
}

void HeatmapOverlay::setProgress(double share)
{
    assign(this, m_progress, share);
}

void HeatmapOverlay::setEmptyText(const QString& text)
{
    assign(this, m_emptyText, text);
}

void HeatmapOverlay::setEmpty(bool empty)
{
    assign(this, m_empty, empty);
}

void HeatmapOverlay::setFocusRing(bool visible)
{
    assign(this, m_focus, visible);
}

void HeatmapOverlay::setMapRect(const QRect& rect)
{
    assign(this, m_map, rect);
}

void HeatmapOverlay::setNotes(const std::vector<QRectF>& cells)
{
    assign(this, m_notes, cells);
}

void HeatmapOverlay::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor base = palette().color(QPalette::Base);
    const QColor text = palette().color(QPalette::Text);
    if (m_empty) {
        painter.fillRect(rect(), base);
        painter.setPen(mix(base, text, 0.65));
        painter.drawText(rect().adjusted(24, 12, -24, -12), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    }
    if (m_stale && !m_empty) {
        QColor veil = base;
        veil.setAlphaF(0.55F);
        painter.fillRect(m_map, veil);
    }
    painter.setPen(QPen(base, 1));  // seen on dark and light cells
    painter.setBrush(text);
    for (const QRectF& cell : m_notes) {
        const double side = std::clamp(cell.width() / 2, smallestMark, largestMark);
        const QPointF corner = cell.topRight();
        painter.drawPolygon(QPolygonF({corner, corner - QPointF(side, 0), corner + QPointF(0, side)}));
    }
    if (m_progress >= 0) {
        painter.fillRect(QRectF(0, 0, width(), 3), mix(base, text, 0.12));
        painter.fillRect(QRectF(0, 0, width() * std::min(m_progress, 1.0), 3), palette().color(QPalette::Highlight));
    }
    if (m_focus) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
}

}  // namespace mnemo
