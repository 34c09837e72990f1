// SPDX-License-Identifier: GPL-3.0-or-later
// Layers of models that are not equally deep: layer ℓ of L lies at the depth ℓ/L.
#pragma once
#include <cstddef>
#include <vector>

namespace mnemo {

/// The layer of a model with `others` layers that is nearest in depth to `layer` of `layers`; of two, the later one.
int nearestLayer(int layer, int layers, int others);

/// Where a layer lies among another model's: between two of them, `share` of the way up.
struct DepthPlace {
    std::size_t below = 0;
    std::size_t above = 0;  ///< the last one again where there is none above
    double share = 0;

    double of(const std::vector<double>& values) const;  ///< on the line through the two; NaN where one that counts is
};
DepthPlace placeAtDepth(int layer, int layers, std::size_t others);  ///< `others` ≥ 1

/// One value per layer of one model at the depths of another's `layers`, on the line through their neighbours. NaN
/// where a neighbour that counts has none.
std::vector<double> atDepths(const std::vector<double>& values, int layers);

}  // namespace mnemo
