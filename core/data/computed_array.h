// SPDX-License-Identifier: GPL-3.0-or-later
// Arrays whose cells are all computed.
#pragma once
#include "core/data/result.h"

#include <cassert>
#include <string>
#include <utility>
#include <vector>

namespace mnemo {

/// 0 … size − 1
inline Axis numberedAxis(std::string name, std::size_t size)
{
    Axis axis{std::move(name), {}};
    for (std::size_t i = 0; i < size; ++i)
        axis.labels.push_back(std::to_string(i));
    return axis;
}

/// @param values row-major
inline Array computedArray(std::string name, std::vector<Axis> axes, std::string unit, std::vector<double> values)
{
    Array array = Array::make(std::move(name), std::move(axes), std::move(unit));
    assert(values.size() == array.size());
    array.values = std::move(values);
    array.states.assign(array.values.size(), CellState::Computed);
    return array;
}

}  // namespace mnemo
