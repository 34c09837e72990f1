// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/prompt.h"
#include "core/data/result.h"

#include <string>
#include <vector>

namespace mnemo {

Axis numberedAxis(std::string name, std::size_t size);  ///< 0 … size − 1
Axis layerAxis(int layers);                             ///< "layer": 0 … layers − 1
Axis tokenAxis(const Prompt& prompt);                   ///< "token": their texts

/// An array with all its values, row-major; every cell computed.
Array computedArray(std::string name, std::vector<Axis> axes, std::string unit, std::vector<double> values);

}  // namespace mnemo
