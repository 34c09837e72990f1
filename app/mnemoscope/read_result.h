// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <string>
#include <utility>

namespace mnemo {

/// The newest result in a session that there are plots for, or the one result of a JSON file.
/// @throws Failure NotFound, Unreadable, Damaged; NotFound when a session holds no such result
Result readDrawable(const std::string& path);

/// The two results of a session's newest pair: traces, or results with curves.
/// @throws Failure NotFound, Unreadable, Damaged; NotFound when nothing stands beside anything in it
std::pair<Result, ResultPtr> readPair(const std::string& path);

}  // namespace mnemo
