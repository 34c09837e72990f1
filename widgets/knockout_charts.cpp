// SPDX-License-Identifier: GPL-3.0-or-later
// METHODS.md §6: Fig. 11, whose colours these are.
#include "widgets/chart.h"
#include "widgets/result_series.h"

#include <QCoreApplication>
#include <map>

namespace mnemo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::knockout_charts", text);
}

/// The site with the colour of a set of tokens: green, blue, purple, orange.
std::string hueOf(const std::string& tokens)
{
    static const std::map<std::string, std::string> hues{
        {"subject", "g"}, {"subject, last", "o"}, {"not the subject", "h"}, {"prompt, last", "a"}};
    const auto found = hues.find(tokens);
    return found == hues.end() ? std::string() : found->second;
}

/// What each cut takes in all layers together, where that was asked.
std::optional<SeriesChart> everywhere(const Result& result)
{
    const ArrayPtr change = wholeArray(result, "all_layers.change", 2);
    if (!change)
        return std::nullopt;
    SeriesChart chart{
        SeriesChart::Form::Bars, tr("All layers together"), tr("what is cut"), tr("relative change in p"), {}};
    for (const std::string& cut : change->axes[0].labels)
        chart.layerNames.push_back(QString::fromStdString(cut));
    for (int column = 0; column < change->axes[1].size(); ++column) {
        LayerSeries bars;
        bars.name = QString::fromStdString(change->axes[1].labels[std::size_t(column)]);
        bars.site = hueOf(change->axes[1].labels[std::size_t(column)]);
        bars.values = columnOf(*change, column);
        chart.series.push_back(std::move(bars));
    }
    return chart;
}

}  // namespace

std::vector<ChartPage> knockoutCharts(const Result& result, Metric)
{
    const ArrayPtr change = wholeArray(result, "change", 2);
    if (!change)
        return {};
    SeriesChart chart{SeriesChart::Form::Lines,
                      tr("Tokens that are cut"),
                      tr("centre of the layers"),
                      tr("relative change in p"),
                      {}};
    for (int column = 0; column < change->axes[1].size(); ++column) {
        LayerSeries curve = seriesOf(result, "change", "change.se", column);
        curve.site = hueOf(change->axes[1].labels[std::size_t(column)]);
        chart.series.push_back(std::move(curve));
    }
    chart.referenceName = referenceTitle(result);
    std::vector<ChartPage> pages{{QStringLiteral("curves"), tr("Curves"), {std::move(chart)}, leakNote(result)}};
    if (std::optional<SeriesChart> bars = everywhere(result))
        pages.push_back({QStringLiteral("all-layers"), tr("All layers"), {std::move(*bars)}, leakNote(result)});
    return pages;
}

}  // namespace mnemo
