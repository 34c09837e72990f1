// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>

namespace mnemo {

/// Now, UTC, RFC 3339: "2026-01-31T12:00:00Z".
std::string timeStamp();

}  // namespace mnemo
