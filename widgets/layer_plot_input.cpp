// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse, keys and screen readers of plots over layers.
#include "widgets/layer_plot.h"
#include "widgets/number_text.h"
#include "widgets/plot_marks.h"

#include <qcustomplot.h>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace mnemo {

QString LayerPlot::nameOf(int layer) const
{
    const QString name = layer < int(m_names.size()) ? m_names[std::size_t(layer)] : QString::number(layer);
    return isLayer(name) ? tr("layer %1").arg(name) : name;
}

QString LayerPlot::valueText(const LayerSeries& series, int layer) const
{
    const auto at = [layer](const std::vector<double>& values) {
        return layer < int(values.size()) ? values[std::size_t(layer)] : std::nan("");
    };
    QString text = shortNumber(at(series.values));
    if (const double error = at(series.high) - at(series.values); std::isfinite(error))
        text += QStringLiteral(" ± ") + shortNumber(error);
    if (!series.reference.empty())
        text += tr(" (%1: %2)").arg(m_referenceName, shortNumber(at(series.reference)));
    if (!series.behind.empty())
        text += tr(" (%1: %2)").arg(m_behindLabel, shortNumber(at(series.behind)));
    return text;
}

QString LayerPlot::layerText(int layer) const
{
    QStringList values;
    for (const LayerSeries& series : m_series)
        if (layer < int(series.values.size()))
            values << series.name + QLatin1Char(' ') + valueText(series, layer);
    return tr("%1: %2").arg(nameOf(layer), values.join(QStringLiteral(", ")));
}

int LayerPlot::gridRows() const
{
    return layers();
}

int LayerPlot::gridColumns() const
{
    return std::max(1, int(m_series.size()));
}

QString LayerPlot::gridCellText(int row, int column) const
{
    if (column >= int(m_series.size()) || row < 0 || row >= layers())
        return {};
    const LayerSeries& series = m_series[std::size_t(column)];
    return column == 0 && row == m_layer ? layerText(row)
                                         : tr("%1, %2: %3").arg(nameOf(row), series.name, valueText(series, row));
}

QRect LayerPlot::gridCellRect(int row, int column) const
{
    if (column >= int(m_series.size()) || row >= int(m_series[std::size_t(column)].values.size()))
        return {};
    const QPoint at = pointAt(column, row).toPoint();
    return {at.x() - 4, at.y() - 4, 8, 8};
}

QString LayerPlot::gridRowName(int row) const
{
    return nameOf(row);
}

QString LayerPlot::gridColumnName(int column) const
{
    return column < int(m_series.size()) ? m_series[std::size_t(column)].name : QString();
}

bool LayerPlot::event(QEvent* event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        schedule();
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int layer = layerAt(help->pos());
    if (layer < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), tipAt(help->pos()), this);
    return true;
}

/// The value that is there, and what a click on it does; else the layer's values.
QString LayerPlot::tipAt(QPoint point) const
{
    const int layer = layerAt(point), series = seriesAt(point);
    if (series < 0)
        return layerText(layer);
    const LayerSeries& one = m_series[std::size_t(series)];
    return QStringLiteral("%1, %2: %3\n%4").arg(nameOf(layer), one.name, valueText(one, layer), m_pointHelp);
}

void LayerPlot::choosePoint(int series)
{
    if (series < 0 || series >= int(m_series.size()) || series == m_point)
        return;
    m_point = series;
    announceCurrent(this);
    schedule();
}

void LayerPlot::clickPoint(int series, int layer)
{
    if (!isPoint(series, layer))
        return;
    choosePoint(series);
    Q_EMIT pointClicked(series, layer);
}

void LayerPlot::mouseMoveEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position().toPoint());
    setCursor(layer >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (layer >= 0)
        Q_EMIT layerHovered(layer);
}

void LayerPlot::mouseReleaseEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position().toPoint());
    if (layer < 0 || event->button() != Qt::LeftButton)
        return;
    setCurrentLayer(layer);
    Q_EMIT layerClicked(layer);
    clickPoint(seriesAt(event->position().toPoint()), layer);
}

void LayerPlot::keyPressEvent(QKeyEvent* event)
{
    if (event->modifiers() & Qt::AltModifier)  // the window's
        return QWidget::keyPressEvent(event);
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
            return clickPoint(m_point, m_layer);
        case Qt::Key_Up:
        case Qt::Key_Down:
            if (m_pointHelp.isEmpty())
                return QWidget::keyPressEvent(event);
            return choosePoint(m_point + (event->key() == Qt::Key_Up ? -1 : 1));
        default:
            return QWidget::keyPressEvent(event);
    }
    setCurrentLayer(layer);
}

}  // namespace mnemo
