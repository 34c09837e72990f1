// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scale_ticks.h"

#include <cmath>

namespace mnemo {

double roundStep(double least)
{
    const double decade = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (decade * factor >= least * 0.999)
            return decade * factor;
    return decade * 10;
}

std::vector<double> scaleTicks(ValueRange range, double lines)
{
    const double span = range.high - range.low;
    if (!(span > 0) || !std::isfinite(span))
        return {range.low};
    const auto every = [&range](double step) {
        const double first = std::ceil(range.low / step - 1e-9);
        const int count = int(std::floor(range.high / step + 1e-6) - first) + 1;
        std::vector<double> ticks;
        for (int i = 0; i < count; ++i)
            ticks.push_back((first + i) * step + 0.0);  // + 0.0: no -0
        return ticks;
    };
    double step = roundStep(span / lines);
    std::vector<double> ticks = every(step);
    while (ticks.size() < 2) {
        step = roundStep(step / 2.5);  // 5, 2, 1, 0.5
        ticks = every(step);
    }
    return ticks;
}

}  // namespace mnemo
