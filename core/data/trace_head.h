// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <optional>
#include <string>

namespace mnemo {

/// What is wrong with the head of a trace that somebody else may have written: the first key whose value is none of
/// those that docs/json.md names for it, or tokens that are not those of the arrays. Keys may be missing.
std::optional<std::string> traceProblem(const Result& trace);

}  // namespace mnemo
