// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

namespace mnemo {

/// The curves over layers of one result at the depths ℓ/L of another's: what that one's head has as "reference"
/// (docs/json.md), so that plots draw them beside its own. A curve of Mamba's s stands beside attention's, o's beside
/// what attention and MLP write together.
/// @param title whose they are
/// @return null where no curve of `other` has a counterpart
Json curvesBeside(const Result& result, const Result& other, const std::string& title);

/// Both are of one kind of experiment, and there are curves to compare.
bool haveCurvesBeside(const Result& result, const Result& other);

}  // namespace mnemo
