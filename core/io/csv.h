// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// A field of RFC 4180, quoted where it has to be, and where a leading or trailing space is part of it: some readers
/// trim unquoted fields.
std::string csvField(const std::string& text);

/// The shortest text that reads back as the same double; empty where there is no value (NaN, infinite).
std::string csvNumber(double value);

/// The fields of the row that begins at `at`, quotes as in RFC 4180; `at` moves behind it.
std::vector<std::string> csvFieldsAt(std::string_view text, char separator, std::size_t& at);

}  // namespace mnemo
