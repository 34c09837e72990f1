// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <string>
#include <vector>

namespace mnemo {

using TextRows = std::vector<std::vector<std::string>>;

/// Lines of columns, two spaces apart: the first column to the left, the others to the right. Rows are equally long.
std::string aligned(const TextRows& rows);

/// A number by printf's pattern; no "-0.0".
std::string fixed(const char* pattern, double value);

/// A token's text in quotes, with what cannot be seen escaped. @param token with "text"
std::string quoted(const Json& token);

}  // namespace mnemo
