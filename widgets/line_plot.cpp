// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/line_plot.h"

#include <qcustomplot.h>

namespace mnemo {

namespace {

constexpr std::size_t mostDots = 40;  // layers; with more, dots run together

QVector<double> qVector(const std::vector<double>& values)
{
    return {values.begin(), values.end()};
}

}  // namespace

LinePlot::LinePlot(QWidget* parent) : LayerPlot(parent)
{
    setAccessibleName(tr("Effect over layers"));
}

void LinePlot::draw(QCustomPlot& plot, int series)
{
    const LayerSeries& line = this->series()[std::size_t(series)];
    const QColor colour = colourOf(line);
    QVector<double> keys;
    for (int layer = 0; layer < layers(); ++layer)
        keys << place(layer);
    const auto add = [&](const std::vector<double>& values) {
        QCPGraph* graph = plot.addGraph();
        graph->setData(keys.first(qsizetype(values.size())), qVector(values), true);
        return graph;
    };
    if (!line.low.empty() && line.low.size() == line.high.size()) {
        QCPGraph* low = add(line.low);
        QCPGraph* high = add(line.high);
        QColor fill = colour;
        fill.setAlphaF(0.18F);
        high->setBrush(fill);
        high->setChannelFillGraph(low);
        for (QCPGraph* edge : {low, high}) {
            edge->setPen(Qt::NoPen);
            edge->removeFromLegend();
        }
    }
    if (!line.reference.empty()) {
        QCPGraph* reference = add(line.reference);
        reference->setPen(referencePen(colour));
        reference->removeFromLegend();
    }
    QCPGraph* graph = add(line.values);
    graph->setName(line.name);
    graph->setPen(QPen(colour, 2, line.dashed ? Qt::DashLine : Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    if (line.values.size() <= mostDots)
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(colour), QBrush(colour), 4.5));
}

QPen LinePlot::referencePen(const QColor& colour) const
{
    return {colour, 1.5, Qt::DashLine, Qt::FlatCap, Qt::RoundJoin};
}

}  // namespace mnemo
