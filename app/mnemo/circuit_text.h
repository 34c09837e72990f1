// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <string>

namespace mnemo {

/// The search's outcome, the edges that matter most, circuits by size.
std::string circuitText(const Result& result);

/// The parts of layers that a circuit needs, and how it does with these alone.
std::string circuitInsideText(const Result& result);

}  // namespace mnemo
