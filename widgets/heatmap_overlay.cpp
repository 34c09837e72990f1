// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heatmap_overlay.h"

#include "widgets/colour_map.h"

#include <QPainter>
#include <algorithm>

namespace mnemo {

namespace {

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

void HeatmapOverlay::setBadge(const QString& text)
{
    assign(this, m_badge, text);
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
        paintTag(painter, tr("outdated — F5"), true);
    } else if (!m_badge.isEmpty() && !m_empty) {
        paintTag(painter, m_badge, false);
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

void HeatmapOverlay::paintTag(QPainter& painter, const QString& text, bool warning) const
{
    const QColor base = palette().color(QPalette::Base);
    const QColor ink = palette().color(QPalette::Text);
    const QSize size = fontMetrics().size(Qt::TextSingleLine, text) + QSize(16, 6);
    const QRect tag(QPoint(m_map.right() - size.width() + 1, m_map.top() - size.height() - 5), size);
    const QColor fill = warning ? mix(base, QColor(0xe0a020), 0.3) : mix(base, ink, 0.08);
    painter.setPen(mix(fill, ink, 0.25));
    painter.setBrush(fill);
    painter.drawRoundedRect(QRectF(tag).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    painter.setPen(ink);
    painter.drawText(tag, Qt::AlignCenter, text);
}

}  // namespace mnemo
