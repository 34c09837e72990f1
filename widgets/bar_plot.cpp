// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bar_plot.h"

#include <qcustomplot.h>
#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

constexpr double filled = 0.84;       // of a layer's width, by the bars of all series
constexpr double widest = 0.6;        // of one bar
constexpr double whisker = 0.35;      // of a bar's width, in pixels of an error bar's ends
constexpr double leastError = 0.005;  // of the plot's height: a shorter error bar would be a dash
constexpr double reachedBy = 1.15;    // of a bar's width, by a reference tick

bool hasValue(const std::vector<double>& values, int layer)
{
    return layer < int(values.size()) && std::isfinite(values[std::size_t(layer)]);
}

}  // namespace

BarPlot::BarPlot(QWidget* parent) : LayerPlot(parent)
{
    setAccessibleName(tr("Bars over layers"));
}

double BarPlot::barWidth() const
{
    return std::min(widest, filled / double(std::max<std::size_t>(1, series().size())));
}

double BarPlot::placeOf(int series, int layer) const
{
    int there = 0, before = 0;
    for (int other = 0; other < int(this->series().size()); ++other) {
        const LayerSeries& one = this->series()[std::size_t(other)];
        const bool shown = other == series || hasValue(one.values, layer) || hasValue(one.reference, layer);
        there += shown;
        before += shown && other < series;
    }
    return place(layer) + (before - 0.5 * (there - 1)) * barWidth();
}

void BarPlot::draw(QCustomPlot& plot, int series)
{
    const LayerSeries& one = this->series()[std::size_t(series)];
    const QColor colour = colourOf(one);
    auto* bars = new QCPBars(plot.xAxis, plot.yAxis);
    bars->setName(one.name);
    bars->setWidthType(QCPBars::wtPlotCoords);
    bars->setWidth(barWidth() * 0.92);
    bars->setPen(Qt::NoPen);
    bars->setBrush(colour);
    bars->setAntialiasedFill(false);
    const bool errors = one.low.size() == one.values.size() && one.high.size() == one.values.size();
    const double least = plot.yAxis->range().size() * leastError;
    const auto error = [&](const std::vector<double>& end, std::size_t at) {
        const double length = errors ? std::abs(end[at] - one.values[at]) : 0;
        return length > least ? length : std::nan("");
    };
    QVector<double> lower, upper, tickKeys, ticks;
    for (int layer = 0; layer < layers(); ++layer) {
        const auto at = std::size_t(layer);
        const double key = placeOf(series, layer);
        if (hasValue(one.values, layer)) {
            bars->addData(key, one.values[at]);
            lower << error(one.low, at);
            upper << error(one.high, at);
        }
        if (hasValue(one.reference, layer)) {
            const double half = barWidth() * reachedBy / 2;
            tickKeys << key - half << key + half << key + half;
            ticks << one.reference[at] << one.reference[at] << std::nan("");
        }
    }
    const QColor base = palette().color(QPalette::Base);
    const QColor ink = palette().color(QPalette::Text);
    if (errors) {
        auto* whiskers = new QCPErrorBars(plot.xAxis, plot.yAxis);
        whiskers->removeFromLegend();
        whiskers->setDataPlottable(bars);
        whiskers->setData(lower, upper);
        whiskers->setSymbolGap(0);
        whiskers->setPen(QPen(mix(base, ink, 0.7), 1));
        const double pixels = plot.xAxis->coordToPixel(barWidth()) - plot.xAxis->coordToPixel(0);
        whiskers->setWhiskerWidth(std::min(6.0, pixels * whisker));
    }
    if (!ticks.isEmpty()) {
        QCPGraph* reference = plot.addGraph();
        reference->removeFromLegend();
        reference->setData(tickKeys, ticks, true);
        reference->setPen(referencePen(one.referenceColour.isValid() ? one.referenceColour : ink));
    }
}

QPen BarPlot::referencePen(const QColor& colour) const
{
    return {referenceColour().isValid() ? colour : palette().color(QPalette::Text), 1.6, Qt::SolidLine, Qt::FlatCap};
}

}  // namespace mnemo
