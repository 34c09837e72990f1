// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>

namespace mnemo {

/// A field of RFC 4180, quoted where it has to be, and where a leading or trailing space is part of it: some readers
/// trim unquoted fields.
std::string csvField(const std::string& text);

/// The shortest text that reads back as the same double; empty where there is no value (NaN, infinite).
std::string csvNumber(double value);

}  // namespace mnemo
