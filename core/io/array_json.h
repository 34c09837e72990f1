// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

namespace mnemo {

/// Nested lists along the axes; null where a cell has no value.
Json valuesJson(const Array& array);

/// The same of the states' names.
Json statesJson(const Array& array);

}  // namespace mnemo
