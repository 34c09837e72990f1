// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <vector>

namespace mnemo {

/// Numbers to try, ascending and each once: "2.25", "1, 2, 4" or "0:5:0.25" (first, last, step; the last one is there
/// when a step meets it), or several of these between commas.
/// @param what names them in a failure: "beta" @throws Failure Usage naming what is no number; more than 1000 numbers
std::vector<double> numberGrid(const std::string& text, const std::string& what);

/// The same of whole numbers. @throws Failure Usage also for a fraction
std::vector<int> wholeNumberGrid(const std::string& text, const std::string& what);

/// As short as it can be read back: "0.25", "3".
std::string numberLabel(double number);

}  // namespace mnemo
