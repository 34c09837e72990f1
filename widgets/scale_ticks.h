// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/colour_map.h"

#include <vector>

namespace mnemo {

double roundStep(double least);  ///< the smallest of …, 0.5, 1, 2, 5, 10, … that is not less

/// Where a scale has its numbers: at least two, at steps of 1, 2 or 5 times a power of ten.
/// @param lines numbers that have room
std::vector<double> scaleTicks(ValueRange range, double lines);

}  // namespace mnemo
