// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace mnemo {

/// Code points of UTF-8 text; every maximal broken part becomes one U+FFFD (as the WHATWG decoder does).
std::u32string decodeUtf8(std::string_view utf8);

/// UTF-8 of code points; surrogates and values above U+10FFFF become U+FFFD.
std::string encodeUtf8(std::u32string_view codePoints);
void appendUtf8(std::string& utf8, char32_t codePoint);

/// The same text when it is valid UTF-8, else with U+FFFD in place of what is broken.
std::string repairUtf8(std::string_view bytes);

/// A path for a message: always valid UTF-8 (messages travel as JSON).
std::string shown(const std::filesystem::path& path);

}  // namespace mnemo
