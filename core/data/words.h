// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <algorithm>
#include <string_view>

namespace mnemo {

/// " Paris": "Paris". What is left of a token's text is the word it stands for.
inline std::string_view withoutLeadingSpaces(std::string_view text)
{
    return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

}  // namespace mnemo
