// SPDX-License-Identifier: GPL-3.0-or-later
// How alike two lists of numbers run, from −1 to 1. Places where either is NaN do not count.
#pragma once
#include <optional>
#include <vector>

namespace mnemo {

/// Pearson's. @return none of fewer than three places, or where a list is flat
std::optional<double> correlation(const std::vector<double>& a, const std::vector<double>& b);

/// Spearman's: of the ranks, equal numbers sharing the mean of theirs. @return none as correlation()
std::optional<double> rankCorrelation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace mnemo
