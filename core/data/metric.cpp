// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/metric.h"

#include "core/data/error.h"

#include <cmath>
#include <limits>
#include <string>

namespace mnemo {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const Array& rawMap(const Result& trace, std::string_view site, std::string_view quantity)
{
    const std::string name = std::string(site) + "." + std::string(quantity);
    for (const ArrayPtr& array : trace.arrays)
        if (array->name == name)
            return *array;
    throw Failure(ErrorCode::NotFound, "This result has no map \"" + name + "\".",
                  "Trace the site \"" + std::string(site) + "\" first.");
}

double headNumber(const Result& trace, const char* key)
{
    if (!trace.head.is_object() || !trace.head.contains(key) || !trace.head[key].is_number())
        throw Failure(ErrorCode::BadMessage, std::string("The trace's head has no number \"") + key + "\".",
                      "Run the trace again.");
    return trace.head[key].get<double>();
}

void toIndirectEffect(Array& map, const Result& trace)
{
    const double clean = headNumber(trace, "p_clean");
    const double corrupt = headNumber(trace, "p_corrupt");
    if (!effectDefined(clean, corrupt)) {
        map.values.assign(map.values.size(), nan);
        map.states.assign(map.states.size(), CellState::Undefined);
        return;
    }
    for (double& value : map.values)
        value = indirectEffect(value, clean, corrupt);
}

}  // namespace

std::string_view metricName(Metric metric)
{
    constexpr std::array<std::string_view, 6> names{"ie", "p", "logit_diff", "logp", "rank", "kl"};
    return names[std::size_t(metric)];
}

Metric metricFromName(std::string_view name)
{
    for (const Metric metric : allMetrics)
        if (metricName(metric) == name)
            return metric;
    throw Failure(ErrorCode::Usage, "The metric \"" + std::string(name) + "\" is not known.",
                  "Choose ie, p, logit_diff, logp, rank or kl.");
}

std::string_view metricUnit(Metric metric)
{
    constexpr std::array<std::string_view, 6> units{"IE", "probability", "logit", "nats", "rank", "nats"};
    return units[std::size_t(metric)];
}

bool effectDefined(double pClean, double pCorrupt)
{
    return pClean - pCorrupt >= smallestTotalEffect;
}

double indirectEffect(double p, double pClean, double pCorrupt)
{
    return effectDefined(pClean, pCorrupt) ? (p - pCorrupt) / (pClean - pCorrupt) : nan;
}

Array traceMetric(const Result& trace, std::string_view site, Metric metric)
{
    const bool fromP = metric == Metric::IndirectEffect;
    const bool fromLogits = metric == Metric::LogitDifference;
    Array map = rawMap(trace, site, fromP ? "p" : fromLogits ? "logit" : metricName(metric));
    map.name = std::string(site) + "." + std::string(metricName(metric));
    map.unit = metricUnit(metric);
    if (fromP)
        toIndirectEffect(map, trace);
    if (fromLogits) {
        const Array& foil = rawMap(trace, site, "logit_foil");
        for (std::size_t i = 0; i < map.values.size() && i < foil.values.size(); ++i)
            map.values[i] -= foil.values[i];
    }
    return map;
}

}  // namespace mnemo
