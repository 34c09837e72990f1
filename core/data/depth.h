// SPDX-License-Identifier: GPL-3.0-or-later
// Layers of models that are not equally deep: layer ℓ of L lies at the depth ℓ/L.
#pragma once
#include <vector>

namespace mnemo {

/// The layer of a model with `others` layers that is nearest in depth to `layer` of `layers`; of two, the later one.
int nearestLayer(int layer, int layers, int others);

/// One value per layer of one model at the depths of another's `layers`, on the line through their neighbours. NaN
/// where a neighbour that counts has none.
std::vector<double> atDepths(const std::vector<double>& values, int layers);

}  // namespace mnemo
