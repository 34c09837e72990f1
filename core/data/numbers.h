// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers on their way into arrays, plots and documents. What has no value is NaN; JSON has null for it.
#pragma once
#include "core/data/result.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace mnemo {

/// The number, or null where it is none.
inline Json numberJson(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

inline Json numbersJson(const std::vector<double>& values)
{
    Json list = Json::array();
    for (const double value : values)
        list.push_back(numberJson(value));
    return list;
}

/// A whole number and nothing else; absent when the text is something else.
inline std::optional<int> wholeNumber(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// As many values and states as its axes have cells.
inline bool isWhole(const Array& array)
{
    std::size_t size = 1;
    for (const Axis& axis : array.axes)
        size *= axis.labels.size();
    return array.values.size() == size && array.states.size() == size;
}

/// Values of a column, one per label of the first axis; NaN where a cell has none. @param column 0 for an array of one
/// axis
inline std::vector<double> columnOf(const Array& array, int column)
{
    std::vector<double> values(array.axes[0].labels.size(), std::nan(""));
    for (std::size_t row = 0; row < values.size(); ++row) {
        const std::size_t at = row * (array.values.size() / values.size()) + std::size_t(column);
        if (hasValue(array.states[at]))
            values[row] = array.values[at];
    }
    return values;
}

}  // namespace mnemo
