// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <string>

namespace mnemo {

/// The newest trace in a session, or the one result of a JSON file.
/// @throws Failure NotFound, Unreadable, Damaged; NotFound when a session holds no trace
Result readTrace(const std::string& path);

}  // namespace mnemo
