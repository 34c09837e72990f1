// SPDX-License-Identifier: GPL-3.0-or-later
// Files of many rows that somebody else wrote: what is wrong with a row is said, and the others are read.
#pragma once
#include "core/data/json.h"

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace mnemo {

/// Hears of what cannot be used: the place ("[3]", "line 4", empty for the whole file) and a sentence.
using RowProblem = std::function<void(const std::string& where, const std::string& message)>;
using TakeRow = std::function<void(const Json& row, const std::string& where)>;

/// The file's text without a byte order mark; none when it is UTF-16, which is a problem.
/// @throws Failure NotFound, Unreadable, Damaged when the file is longer than 256 MiB
std::optional<std::string> readRowText(const std::filesystem::path& file, const RowProblem& problem);

/// One JSON value per line (`.jsonl`), or a JSON list. What is no JSON is a problem.
/// @param noList what is said of a file that is JSON and no list
void forEachJsonRow(const std::filesystem::path& file, std::string_view text, const std::string& noList,
                    const RowProblem& problem, const TakeRow& take);

/// Text under the first of some keys; empty when there is none.
std::string textOf(const Json& json, std::initializer_list<const char*> keys);

}  // namespace mnemo
