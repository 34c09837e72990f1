// SPDX-License-Identifier: GPL-3.0-or-later
// How the bars look.
#include "widgets/bar_list.h"

#include "widgets/colour_map.h"
#include "widgets/number_text.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace mnemo {

/// The first run's probability; of a token that is not among its likeliest, the bound that follows from them.
QString BarList::valueText(const Row& row) const
{
    if (std::isfinite(row.p.front()) || m_series.front().bars.empty())
        return probabilityText(row.p.front());
    const QString least = probabilityText(std::ranges::min(m_series.front().bars, {}, &TokenBar::p).p);
    return least.startsWith('<') ? least : '<' + least;
}

void BarList::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_rows.empty()) {
        painter.setPen(mix(palette().color(QPalette::Base), palette().color(QPalette::Text), 0.65));
        painter.drawText(rect().adjusted(16, 8, -16, -8), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    painter.setOpacity(m_stale ? 0.45 : 1);
    paintLegend(painter);
    for (int row = 0; row < rows(); ++row)
        paintRow(painter, row);
}

void BarList::paintLegend(QPainter& painter) const
{
    const QColor base = palette().color(QPalette::Base);
    const QColor ink = palette().color(QPalette::Text);
    double x = margin;
    const double middle = margin / 2.0 + fontMetrics().height() / 2.0 + 1;
    for (const BarSeries& series : m_series) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(runColour(series.run, base));
        painter.drawRoundedRect(QRectF(x, middle - 4, 10, 8), 2, 2);
        painter.setPen(mix(base, ink, 0.7));
        const QString name = runName(series.run);
        painter.drawText(QRectF(x + 15, middle - 20, 400, 40), Qt::AlignLeft | Qt::AlignVCenter, name);
        x += 15 + fontMetrics().horizontalAdvance(name) + 16;
    }
    QString heading = tr("p, %1").arg(runName(m_series.front().run));
    if (x + fontMetrics().horizontalAdvance(heading) > width() - margin)
        heading = tr("p");  // of the run that stands first
    painter.drawText(QRectF(width() - margin - 200, middle - 20, 200, 40), Qt::AlignRight | Qt::AlignVCenter, heading);
}

void BarList::paintRow(QPainter& painter, int row) const
{
    const Row& shown = m_rows[std::size_t(row)];
    const QColor base = palette().color(QPalette::Base);
    const QColor ink = palette().color(QPalette::Text);
    const QRect place = rowRect(row);
    if (row == m_hovered || row == m_current) {
        painter.setBrush(mix(base, ink, row == m_current ? 0.08 : 0.04));
        painter.setPen(row == m_current && hasFocus() ? QPen(palette().color(QPalette::Highlight), 1.5)
                                                      : QPen(Qt::NoPen));
        painter.drawRoundedRect(QRectF(place).adjusted(2, 0.5, -2, -0.5), 5, 5);
    }

    const QRect text = textColumn();
    const int mark = fontMetrics().height();
    QFont font = painter.font();
    font.setBold(shown.id == m_target);
    painter.setFont(font);
    painter.setPen(ink);
    const QString elided = QFontMetrics(font).elidedText(shown.text, Qt::ElideRight, text.width() - mark);
    painter.drawText(QRect(text.left() + mark, place.top(), text.width() - mark, place.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, elided);
    font.setBold(false);
    painter.setFont(font);
    if (shown.id == m_target || shown.id == m_foil) {
        const QPointF centre(text.left() + mark * 0.4, place.center().y() + 0.5);
        painter.setPen(QPen(mix(base, ink, 0.75), 1.3));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(centre, 4, 4);
        if (shown.id == m_target) {
            painter.setBrush(mix(base, ink, 0.75));
            painter.drawEllipse(centre, 1.4, 1.4);
        }
    }

    for (std::size_t run = 0; run < m_series.size(); ++run) {
        const QRectF bar = barRect(row, m_series[run].run);
        if (bar.isEmpty())
            continue;
        painter.setPen(Qt::NoPen);
        painter.setBrush(runColour(m_series[run].run, base));
        painter.drawRoundedRect(bar, 2, 2);
    }
    painter.setPen(mix(base, ink, 0.75));
    painter.drawText(QRect(valueColumn().left(), place.top(), valueColumn().width(), place.height()),
                     Qt::AlignRight | Qt::AlignVCenter, valueText(shown));
}

}  // namespace mnemo
