// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart.h"
#include "widgets/number_text.h"
#include "widgets/result_series.h"
#include "widgets/trace_rows.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace mnemo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::dla_charts", text);
}

/// "7.attn" is layer 7's "attn"; "embed" is nobody's.
struct Part {
    QString name;      ///< on the axis: "7", "embed"
    std::string site;  ///< "attn", or empty
};

Part partOf(const std::string& label)
{
    const std::size_t dot = label.find('.');
    if (dot == std::string::npos)
        return {label == "norm bias" ? tr("bias") : QString::fromStdString(label), {}};
    return {QString::fromStdString(label.substr(0, dot)), label.substr(dot + 1)};
}

template <typename Value>
std::size_t indexIn(std::vector<Value>& list, const Value& value)
{
    const auto found = std::find(list.begin(), list.end(), value);
    if (found != list.end())
        return std::size_t(found - list.begin());
    list.push_back(value);
    return list.size() - 1;
}

double total(const std::vector<double>& parts)
{
    return std::accumulate(parts.begin(), parts.end(), 0.0);
}

SeriesChart barsOf(const Array& clean, const ArrayPtr& corrupt)
{
    SeriesChart chart{SeriesChart::Form::Bars, {}, tr("layer"), {}, {}};
    std::vector<std::string> sites;
    std::vector<std::pair<std::size_t, std::size_t>> places;  // series, name
    for (const std::string& label : clean.axes[0].labels) {
        const Part part = partOf(label);
        const std::size_t site = indexIn(sites, part.site);
        places.emplace_back(site, indexIn(chart.layerNames, part.name));
    }
    places.emplace_back(indexIn(sites, std::string()), chart.layerNames.size());
    chart.layerNames.push_back(tr("total"));

    const std::vector<double> none(chart.layerNames.size(), std::nan(""));
    const auto spread = [&](const Array& array, std::vector<double> LayerSeries::*member) {
        std::vector<double> values = columnOf(array, 0);
        values.push_back(total(values));
        for (std::size_t i = 0; i < values.size(); ++i)
            (chart.series[places[i].first].*member)[places[i].second] = values[i];
    };
    for (const std::string& site : sites) {
        LayerSeries bars;
        bars.name = site.empty() ? tr("embedding, bias, total") : QString::fromStdString(site);
        bars.site = site;
        bars.values = none;
        if (corrupt)
            bars.reference = none;
        chart.series.push_back(std::move(bars));
    }
    spread(clean, &LayerSeries::values);
    if (corrupt)
        spread(*corrupt, &LayerSeries::reference);
    return chart;
}

}  // namespace

std::vector<ChartPage> dlaCharts(const Result& result, Metric)
{
    const ArrayPtr clean = wholeArray(result, "clean.parts", 1);
    if (!clean)
        return {};
    ArrayPtr corrupt = wholeArray(result, "corrupt.parts", 1);
    if (corrupt && corrupt->axes != clean->axes)
        corrupt = nullptr;
    SeriesChart chart = barsOf(*clean, corrupt);
    chart.title = tr("Adds up to %1").arg(shortNumber(total(columnOf(*clean, 0))));
    chart.valueLabel = metricLabel(Metric::LogitDifference, result);
    chart.referenceName = tr("corrupted run");
    return {{QStringLiteral("bars"), tr("Bars"), {std::move(chart)}}};
}

}  // namespace mnemo
