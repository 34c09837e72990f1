// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <filesystem>
#include <string_view>

namespace mnemo {

/// JSON whose keys are found in logarithmic time: for big or hostile objects (vocabularies, headers), where the ordered
/// Json would take quadratic time. The order of keys is lost.
using SortedJson = nlohmann::json;

/// JSON as RFC 8259 has it, from a file somebody else wrote: valid UTF-8, no duplicate keys, at most 64 levels deep.
/// @param what the file, for the message
/// @throws Failure Damaged naming `what` and the byte
SortedJson parseStrict(std::string_view text, std::string_view what);

/// The same, keeping the order of keys: for small documents that are written back.
Json parseStrictOrdered(std::string_view text, std::string_view what);

/// Reads and parses a whole file. @throws Failure NotFound, Unreadable, Damaged
SortedJson readJsonFile(const std::filesystem::path& path, std::size_t limit = 64u << 20);

}  // namespace mnemo
