// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <string>

namespace mnemo {

/// An evaluation of edits as a table: a line per matrix and layer below the one without any edit. Ends with a line
/// break.
std::string evaluationText(const Result& result);

}  // namespace mnemo
