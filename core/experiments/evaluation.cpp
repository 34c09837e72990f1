// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/numbers.h"

namespace mnemo {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr const char* scoreName = "S";

std::vector<Measure> allMeasures()
{
    std::vector<Measure> measures;
    for (std::size_t i = 0; i < measureCount; ++i)
        measures.push_back(Measure(i));
    return measures;
}

}  // namespace

Evaluation::Evaluation(std::vector<int> layers, std::vector<std::string> matrices)
    : m_axes{{"layer", {}}, {"matrix", std::move(matrices)}}
{
    for (const int layer : layers) {
        m_axes[0].labels.push_back(std::to_string(layer));
        for (const std::string& matrix : m_axes[1].labels)
            m_places.push_back({matrix, layer});
    }
    m_means.resize(m_places.size());
}

void Evaluation::add(const EditPlace& place, const CaseMeasures& measures)
{
    m_means[std::size_t(std::ranges::find(m_places, place) - m_places.begin())].add(measures);
}

template <class Number>
ArrayPtr Evaluation::array(const std::string& name, const std::string& unit, const Number& number) const
{
    Array array = Array::make(name, m_axes, unit);
    for (std::size_t i = 0; i < m_means.size(); ++i) {
        array.values[i] = number(i);
        array.states[i] = std::isnan(array.values[i]) ? CellState::Undefined : CellState::Computed;
    }
    return std::make_shared<const Array>(std::move(array));
}

bool Evaluation::isMeasured(Measure measure) const
{
    return std::ranges::any_of(m_means,
                               [measure](const MeasureMeans& means) { return !std::isnan(means.mean(measure)); });
}

std::vector<ArrayPtr> Evaluation::arrays(bool intervals, std::uint64_t seed) const
{
    std::vector<ArrayPtr> arrays;
    for (const Measure measure : allMeasures()) {
        if (measure > Measure::Neighbourhood && !isMeasured(measure))
            continue;
        arrays.push_back(array(std::string(measureName(measure)), std::string(measureUnit(measure)),
                               [&](std::size_t i) { return m_means[i].mean(measure); }));
        if (measure == Measure::Neighbourhood)
            arrays.push_back(array(scoreName, "%", [&](std::size_t i) { return m_means[i].score(); }));
    }
    arrays.push_back(array("n", "cases", [&](std::size_t i) { return double(m_means[i].cases()); }));
    if (intervals)
        addIntervals(arrays, seed);
    return arrays;
}

void Evaluation::addIntervals(std::vector<ArrayPtr>& arrays, std::uint64_t seed) const
{
    std::vector<std::array<Interval, 4>> found;
    for (const MeasureMeans& means : m_means) {
        constexpr Interval unknown{none, none};
        found.push_back(means.intervals(seed).value_or(std::array{unknown, unknown, unknown, unknown}));
    }
    const std::array<std::string, 4> names{"ES", "PS", "NS", scoreName};
    for (std::size_t k = 0; k < names.size(); ++k) {
        arrays.push_back(array(names[k] + ".low", "%", [&](std::size_t i) { return found[i][k].low; }));
        arrays.push_back(array(names[k] + ".high", "%", [&](std::size_t i) { return found[i][k].high; }));
    }
}

Json Evaluation::floor() const
{
    Json json = Json::object();
    for (const Measure measure : allMeasures())
        json[std::string(measureName(measure))] = numberJson(m_floor.mean(measure));
    json[scoreName] = numberJson(m_floor.score());
    return json;
}

Json toJson(const CaseMeasures& measures)
{
    Json json = Json::object();
    for (const Measure measure : allMeasures())
        json[std::string(measureName(measure))] = numberJson(measures[std::size_t(measure)]);
    return json;
}

}  // namespace mnemo
