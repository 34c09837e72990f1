// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/curve_means.h"

#include "core/experiments/axes.h"

#include <algorithm>
#include <cmath>

namespace mnemo {

CurveMeans::CurveMeans(std::vector<Axis> axes) : m_axes(std::move(axes))
{
    std::size_t size = 1;
    for (const Axis& axis : m_axes)
        size *= std::size_t(axis.size());
    m_sum.resize(size);
    m_squares.resize(size);
    m_count.resize(size);
}

void CurveMeans::add(const std::vector<double>& values)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i]))
            continue;
        m_sum[i] += values[i];
        m_squares[i] += values[i] * values[i];
        ++m_count[i];
    }
}

Array CurveMeans::means(const std::string& name, const std::string& unit) const
{
    Array array = Array::make(name, m_axes, unit);
    for (std::size_t i = 0; i < m_sum.size(); ++i) {
        array.states[i] = m_count[i] == 0 ? CellState::Undefined : CellState::Computed;
        if (m_count[i] > 0)
            array.values[i] = m_sum[i] / m_count[i];
    }
    return array;
}

Array CurveMeans::counts(const std::string& name) const
{
    return computedArray(name, m_axes, "facts", {m_count.begin(), m_count.end()});
}

Array CurveMeans::errors(const std::string& name, const std::string& unit) const
{
    Array array = Array::make(name, m_axes, unit);
    for (std::size_t i = 0; i < m_sum.size(); ++i) {
        const double n = m_count[i];
        array.states[i] = n < 2 ? CellState::Undefined : CellState::Computed;
        if (n >= 2)
            array.values[i] = std::sqrt(std::max(0.0, (m_squares[i] - m_sum[i] * m_sum[i] / n) / (n - 1)) / n);
    }
    return array;
}

}  // namespace mnemo
