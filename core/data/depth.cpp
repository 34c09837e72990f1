// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/depth.h"

#include <algorithm>
#include <cstddef>

namespace mnemo {

int nearestLayer(int layer, int layers, int others)
{
    const int nearest = (2 * layer * others + layers) / (2 * layers);  // rounded without leaving whole numbers
    return std::clamp(nearest, 0, others - 1);
}

std::vector<double> atDepths(const std::vector<double>& values, int layers)
{
    std::vector<double> placed;
    for (int layer = 0; layer < layers && !values.empty(); ++layer) {
        const double place = double(layer) * double(values.size()) / layers;
        const auto below = std::size_t(place);
        const double share = place - double(below);
        const double from = values[below], to = values[std::min(below + 1, values.size() - 1)];
        placed.push_back(share > 0 ? from + share * (to - from) : from);
    }
    return placed;
}

}  // namespace mnemo
