// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/computed_array.h"
#include "core/data/prompt.h"

namespace mnemo {

Axis layerAxis(int layers);            ///< "layer": 0 … layers − 1
Axis tokenAxis(const Prompt& prompt);  ///< "token": their texts

}  // namespace mnemo
