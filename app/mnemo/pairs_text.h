// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <string>

namespace mnemo {

/// How many pairs of what were run, how the model does on them, and what was left out. Ends with a line break.
/// @param head with "pairs" and "clean"
std::string pairsLine(const Json& head);

/// The strongest cells, layers removed, circuits of cross-talk.
std::string ioiText(const Result& result);

std::string ioiLayerText(const Result& result);    ///< taps and cosines as tables
std::string ioiNamesText(const Result& result);    ///< both maps of slots
std::string ioiBelieveText(const Result& result);  ///< names and tokens, before and after

}  // namespace mnemo
