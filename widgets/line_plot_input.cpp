// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse, keys and screen readers of the curves.
#include "widgets/line_plot.h"
#include "widgets/number_text.h"

#include <qcustomplot.h>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace mnemo {

QString LinePlot::layerText(int layer) const
{
    QStringList values;
    for (const LineSeries& series : m_series)
        if (layer < int(series.values.size()))
            values << series.name + QLatin1Char(' ') + shortNumber(series.values[std::size_t(layer)]);
    return tr("layer %1: ").arg(layer) + values.join(QStringLiteral(", "));
}

int LinePlot::gridRows() const
{
    return layers();
}

int LinePlot::gridColumns() const
{
    return std::max(1, int(m_series.size()));
}

QString LinePlot::gridCellText(int row, int column) const
{
    if (column >= int(m_series.size()) || row < 0 || row >= layers())
        return {};
    return column == 0 && row == m_layer
               ? layerText(row)
               : tr("layer %1, %2: %3")
                     .arg(row)
                     .arg(m_series[std::size_t(column)].name,
                          shortNumber(row < int(m_series[std::size_t(column)].values.size())
                                          ? m_series[std::size_t(column)].values[std::size_t(row)]
                                          : std::nan("")));
}

QRect LinePlot::gridCellRect(int row, int column) const
{
    if (column >= int(m_series.size()) || row >= int(m_series[std::size_t(column)].values.size()))
        return {};
    const QPoint at = pointAt(column, row).toPoint();
    return {at.x() - 4, at.y() - 4, 8, 8};
}

QString LinePlot::gridRowName(int row) const
{
    return tr("layer %1").arg(row);
}

QString LinePlot::gridColumnName(int column) const
{
    return column < int(m_series.size()) ? m_series[std::size_t(column)].name : QString();
}

bool LinePlot::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int layer = layerAt(help->pos());
    if (layer < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), layerText(layer), this);
    return true;
}

void LinePlot::mouseMoveEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position().toPoint());
    setCursor(layer >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (layer >= 0)
        Q_EMIT layerHovered(layer);
}

void LinePlot::mouseReleaseEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position().toPoint());
    if (layer < 0 || event->button() != Qt::LeftButton)
        return;
    setCurrentLayer(layer);
    Q_EMIT layerClicked(layer);
}

void LinePlot::keyPressEvent(QKeyEvent* event)
{
    const int last = layers() - 1;
    int layer = m_layer;
    switch (event->key()) {
        case Qt::Key_Left:
            layer = std::max(layer - 1, 0);
            break;
        case Qt::Key_Right:
            layer = std::min(layer + 1, last);
            break;
        case Qt::Key_PageUp:
            layer = std::min(layer + 10, last);
            break;
        case Qt::Key_PageDown:
            layer = std::max(layer - 10, 0);
            break;
        case Qt::Key_Home:
            layer = 0;
            break;
        case Qt::Key_End:
            layer = last;
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_layer >= 0)
                Q_EMIT layerClicked(m_layer);
            return;
        default:
            return QWidget::keyPressEvent(event);
    }
    setCurrentLayer(layer);
}

}  // namespace mnemo
