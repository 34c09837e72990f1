// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <string>

namespace mnemo {

/// To the four digits that are shown; no "-0.0000".
double fourDigits(double value);

/// An array of two axes: the first axis down, the other across, a dot where nothing was computed.
/// @param heading empty: the array's name and unit
std::string arrayTable(const Array& array, const std::string& heading = {});

}  // namespace mnemo
