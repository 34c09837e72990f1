// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/depth.h"

#include <algorithm>

namespace mnemo {

int nearestLayer(int layer, int layers, int others)
{
    const int nearest = (2 * layer * others + layers) / (2 * layers);  // rounded without leaving whole numbers
    return std::clamp(nearest, 0, others - 1);
}

double DepthPlace::of(const std::vector<double>& values) const
{
    return share > 0 ? values[below] + share * (values[above] - values[below]) : values[below];
}

DepthPlace placeAtDepth(int layer, int layers, std::size_t others)
{
    const double place = double(layer) * double(others) / layers;
    const auto below = std::size_t(place);
    return {below, std::min(below + 1, others - 1), place - double(below)};
}

std::vector<double> atDepths(const std::vector<double>& values, int layers)
{
    std::vector<double> placed;
    for (int layer = 0; layer < layers && !values.empty(); ++layer)
        placed.push_back(placeAtDepth(layer, layers, values.size()).of(values));
    return placed;
}

}  // namespace mnemo
