// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/axes.h"

#include <cassert>
#include <utility>

namespace mnemo {

Axis numberedAxis(std::string name, std::size_t size)
{
    Axis axis{std::move(name), {}};
    for (std::size_t i = 0; i < size; ++i)
        axis.labels.push_back(std::to_string(i));
    return axis;
}

Axis layerAxis(int layers)
{
    return numberedAxis("layer", std::size_t(layers));
}

Array computedArray(std::string name, std::vector<Axis> axes, std::string unit, std::vector<double> values)
{
    Array array = Array::make(std::move(name), std::move(axes), std::move(unit));
    assert(values.size() == array.size());
    array.values = std::move(values);
    array.states.assign(array.values.size(), CellState::Computed);
    return array;
}

Axis tokenAxis(const Prompt& prompt)
{
    Axis axis{"token", {}};
    for (const Token& token : prompt.tokens)
        axis.labels.push_back(token.text);
    return axis;
}

}  // namespace mnemo
