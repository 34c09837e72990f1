// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/result_series.h"

#include "widgets/json_value.h"

#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

/// The published values for a column, or none.
std::vector<double> publishedCurve(const Result& result, const Array& array, int column)
{
    const std::string& label = array.axes.at(1).labels[std::size_t(column)];
    for (const Json& curve : jsonMember(jsonMember(result.head, "reference"), "curves"))
        if (jsonText(curve, "array").toStdString() == array.name && jsonText(curve, "column").toStdString() == label)
            return numbersOf(jsonMember(curve, "values"));
    return {};
}

}  // namespace

ArrayPtr wholeArray(const Result& result, const std::string& name, std::size_t axes)
{
    const ArrayPtr array = result.find(name);
    if (!array || array->axes.size() != axes || array->axes[0].labels.empty())
        return nullptr;
    std::size_t size = 1;
    for (const Axis& axis : array->axes)
        size *= axis.labels.size();
    return array->values.size() == size && array->states.size() == size ? array : nullptr;
}

std::vector<double> numbersOf(const Json& list)
{
    std::vector<double> values;
    for (const Json& value : list)
        values.push_back(value.is_number() ? value.get<double>() : std::nan(""));
    return values;
}

LayerSeries seriesOf(const Result& result, const std::string& values, const std::string& errors, int column)
{
    LayerSeries series;
    const ArrayPtr means = wholeArray(result, values, 2);
    if (!means || column >= means->axes[1].size())
        return series;
    series.name = QString::fromStdString(means->axes[1].labels[std::size_t(column)]);
    series.values = columnOf(*means, column);
    series.reference = publishedCurve(result, *means, column);
    const ArrayPtr spread = wholeArray(result, errors, 2);
    if (!spread || spread->axes != means->axes)
        return series;
    const std::vector<double> error = columnOf(*spread, column);
    for (std::size_t layer = 0; layer < error.size(); ++layer) {
        series.low.push_back(series.values[layer] - error[layer]);
        series.high.push_back(series.values[layer] + error[layer]);
    }
    return series;
}

QString referenceTitle(const Result& result)
{
    return jsonText(jsonMember(result.head, "reference"), "title");
}

void shareRange(std::vector<SeriesChart>& charts)
{
    ValueRange all{0, 0};
    for (const SeriesChart& chart : charts) {
        const ValueRange one = seriesRange(chart.series);
        all = {std::min(all.low, one.low), std::max(all.high, one.high)};
    }
    for (SeriesChart& chart : charts)
        chart.range = all;
}

}  // namespace mnemo
