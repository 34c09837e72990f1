// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/array_json.h"

#include "core/data/numbers.h"
#include "core/io/export.h"

namespace mnemo {
namespace {

/// Nested lists along the axes of `array` below `axis`, starting at `first`.
template <typename Cell>
Json nested(const Array& array, std::size_t axis, std::size_t first, const Cell& cell)
{
    if (axis == array.axes.size())
        return cell(first);
    std::size_t stride = 1;
    for (std::size_t inner = axis + 1; inner < array.axes.size(); ++inner)
        stride *= std::size_t(array.axes[inner].size());
    Json list = Json::array();
    for (std::size_t i = 0; i < std::size_t(array.axes[axis].size()); ++i)
        list.push_back(nested(array, axis + 1, first + i * stride, cell));
    return list;
}

}  // namespace

Json valuesJson(const Array& array)
{
    return nested(array, 0, 0, [&](std::size_t i) {
        return hasValue(array.states[i]) ? numberJson(array.values[i]) : Json(nullptr);
    });
}

Json statesJson(const Array& array)
{
    return nested(array, 0, 0, [&](std::size_t i) { return Json(cellStateName(array.states[i])); });
}

}  // namespace mnemo
