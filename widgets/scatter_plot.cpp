// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scatter_plot.h"

#include <qcustomplot.h>
#include <cmath>

namespace mnemo {

ScatterPlot::ScatterPlot(QWidget* parent) : LayerPlot(parent)
{
    setAccessibleName(tr("Values at numbers"));
}

void ScatterPlot::draw(QCustomPlot& plot, int series)
{
    const LayerSeries& one = this->series()[std::size_t(series)];
    const QColor colour = colourOf(one);
    QVector<double> keys, values, lower, upper;
    const bool errors = one.low.size() == one.values.size() && one.high.size() == one.values.size();
    for (std::size_t i = 0; i < one.values.size(); ++i) {
        if (!std::isfinite(one.values[i]))
            continue;
        keys << place(int(i));
        values << one.values[i];
        lower << (errors ? one.values[i] - one.low[i] : std::nan(""));
        upper << (errors ? one.high[i] - one.values[i] : std::nan(""));
    }
    QCPGraph* dots = plot.addGraph();
    dots->setName(one.name);
    dots->setLineStyle(QCPGraph::lsNone);
    dots->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(colour, 1.2), QBrush(colour.lighter(125)), 8));
    dots->setData(keys, values, false);
    if (!errors)
        return;
    QColor faint = colour;
    faint.setAlphaF(0.4F);
    auto* whiskers = new QCPErrorBars(plot.xAxis, plot.yAxis);
    whiskers->removeFromLegend();
    whiskers->setDataPlottable(dots);
    whiskers->setData(lower, upper);
    whiskers->setPen(QPen(faint, 1));
    whiskers->setWhiskerWidth(4);
}

QPen ScatterPlot::referencePen(const QColor& colour) const
{
    return {colour, 1.2, Qt::DashLine};
}

}  // namespace mnemo
