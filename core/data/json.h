// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <nlohmann/json.hpp>

namespace mnemo {

/// Keeps the order of keys: documents are stable, diff well, and the session's magic keys come first.
using Json = nlohmann::ordered_json;

}  // namespace mnemo
