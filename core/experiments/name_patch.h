// SPDX-License-Identifier: GPL-3.0-or-later
// A name put in another one's place, in what a Mamba layer reads after it (METHODS.md §7.6).
#pragma once
#include "core/data/plan.h"

#include <vector>

namespace mnemo {

/// c ← written. @param after the token after the name
Patch replaceName(int layer, int after, const std::vector<double>& written);

/// c ← c + α (written − erased)
Patch exchangeName(int layer, int after, const std::vector<double>& written, const std::vector<double>& erased,
                   double alpha);

}  // namespace mnemo
