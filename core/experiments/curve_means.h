// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <string>
#include <vector>

namespace mnemo {

/// Means and standard errors of curves over facts, cell by cell; NaN counts for nothing.
class CurveMeans
{
public:
    explicit CurveMeans(std::vector<Axis> axes);

    void add(const std::vector<double>& values);  ///< row-major, of the axes' size
    Array means(const std::string& name, const std::string& unit) const;
    Array counts(const std::string& name) const;                           ///< facts that have a value there
    Array errors(const std::string& name, const std::string& unit) const;  ///< undefined for fewer than two facts

private:
    std::vector<Axis> m_axes;
    std::vector<double> m_sum, m_squares;
    std::vector<int> m_count;
};

}  // namespace mnemo
