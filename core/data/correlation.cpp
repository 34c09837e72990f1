// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/correlation.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace mnemo {
namespace {

/// For each number how many are smaller, and half of those that are as large; NaN for none.
std::vector<double> ranksOf(const std::vector<double>& numbers)
{
    std::vector<double> sorted;
    std::ranges::copy_if(numbers, std::back_inserter(sorted), [](double number) { return !std::isnan(number); });
    std::ranges::sort(sorted);
    std::vector<double> ranks;
    for (const double number : numbers) {
        const auto same = std::ranges::equal_range(sorted, number);
        const double middle = double(same.begin() - sorted.begin() + (same.end() - sorted.begin())) / 2;
        ranks.push_back(std::isnan(number) ? number : middle);
    }
    return ranks;
}

}  // namespace

std::optional<double> correlation(const std::vector<double>& a, const std::vector<double>& b)
{
    double n = 0, sumA = 0, sumB = 0, squaresA = 0, squaresB = 0, products = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::isnan(a[i]) || std::isnan(b[i]))
            continue;
        ++n;
        sumA += a[i];
        sumB += b[i];
        squaresA += a[i] * a[i];
        squaresB += b[i] * b[i];
        products += a[i] * b[i];
    }
    const double spreadA = n * squaresA - sumA * sumA, spreadB = n * squaresB - sumB * sumB;
    if (n < 3 || spreadA < 1e-9 || spreadB < 1e-9)
        return std::nullopt;
    return (n * products - sumA * sumB) / std::sqrt(spreadA * spreadB);
}

std::optional<double> rankCorrelation(const std::vector<double>& a, const std::vector<double>& b)
{
    std::vector<double> bothA = a, bothB = b;  // a number counts among the ranks only where it has a partner
    for (std::size_t i = 0; i < a.size(); ++i)
        if (std::isnan(a[i]) || std::isnan(b[i]))
            bothA[i] = bothB[i] = std::numeric_limits<double>::quiet_NaN();
    return correlation(ranksOf(bothA), ranksOf(bothB));
}

}  // namespace mnemo
