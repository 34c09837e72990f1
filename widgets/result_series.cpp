// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/result_series.h"

#include "widgets/json_value.h"

#include <algorithm>
#include <cmath>

namespace mnemo {

ArrayPtr wholeArray(const Result& result, const std::string& name, std::size_t axes)
{
    const ArrayPtr array = result.find(name);
    if (!array || array->axes.size() != axes || array->axes[0].labels.empty())
        return nullptr;
    return isWhole(*array) ? array : nullptr;
}

std::vector<double> numbersOf(const Json& list)
{
    std::vector<double> values;
    for (const Json& value : list)
        values.push_back(value.is_number() ? value.get<double>() : std::nan(""));
    return values;
}

std::vector<double> publishedCurve(const Result& result, const std::string& array, const std::string& column)
{
    for (const Json& curve : jsonMember(jsonMember(result.head, "reference"), "curves"))
        if (jsonText(curve, "array").toStdString() == array && jsonText(curve, "column").toStdString() == column)
            return numbersOf(jsonMember(curve, "values"));
    return {};
}

LayerSeries seriesOf(const Result& result, const std::string& values, const std::string& errors, int column)
{
    LayerSeries series;
    const ArrayPtr means = wholeArray(result, values, 2);
    if (!means || column >= means->axes[1].size())
        return series;
    series.name = QString::fromStdString(means->axes[1].labels[std::size_t(column)]);
    series.values = columnOf(*means, column);
    series.reference = publishedCurve(result, means->name, means->axes[1].labels[std::size_t(column)]);
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
