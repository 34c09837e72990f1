// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"
#include "core/experiments/lre_comparison.h"

#include <string>

namespace mnemo {

/// Relations as a table, the most faithful first, each at its best layer; those that were left out, with the reason.
/// Ends with a line break.
std::string lreText(const Result& result);

/// What the map says of one fact beside the model, and what the model says when its state is moved.
std::string lreFactText(const Result& result);

/// Relations beside the published ones as a table, and what could not be compared. Ends with a line break.
std::string readableText(const LreComparison& comparison);

}  // namespace mnemo
