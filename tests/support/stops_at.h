// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"
#include "core/data/reporter.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace mnemo::test {

/// Counts how often it is asked, and stops the work at one of these times; −1: never.
class StopsAt : public SilentReporter
{
public:
    explicit StopsAt(int check = -1) : m_left(check) {}
    void checkStop() override
    {
        ++checks;
        if (m_left-- == 0)
            throw Cancelled{};
    }
    void partial(const std::function<Result()>& make) override { last = make(); }

    int checks = 0;
    std::optional<Result> last;

private:
    int m_left;
};

/// All numbers of a result's arrays.
inline std::vector<double> numbersOf(const Result& result)
{
    std::vector<double> numbers;
    for (const ArrayPtr& array : result.arrays)
        numbers.insert(numbers.end(), array->values.begin(), array->values.end());
    return numbers;
}

inline bool sameNumbers(const Result& a, const Result& b)
{
    const std::vector<double> x = numbersOf(a), y = numbersOf(b);
    return !x.empty() &&
           std::ranges::equal(x, y, [](double p, double q) { return p == q || (std::isnan(p) && std::isnan(q)); });
}

}  // namespace mnemo::test
