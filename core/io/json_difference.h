// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <string>
#include <vector>

namespace mnemo {

/// |a − b|; 0 where both are the same infinity or both are no number, infinite where one alone is.
double numberDifference(double a, double b);

/// The places at which two documents differ, as JSON pointers ("/tokens/3/text"), in the order of the first. Numbers
/// that differ by no more than the tolerance are equal; the order of keys does not count. Of a list that is longer than
/// the other, the list itself is named.
std::vector<std::string> jsonDifferences(const Json& first, const Json& second, double tolerance);

}  // namespace mnemo
