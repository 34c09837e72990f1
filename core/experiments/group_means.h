// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/curve_means.h"
#include "core/experiments/pair_set.h"

#include <string>
#include <vector>

namespace mnemo {

/// The mean of an array over pairs, and over those of each group.
class GroupMeans
{
public:
    GroupMeans(const std::vector<PromptPair>& pairs, const std::vector<Axis>& axes);

    void add(const std::string& group, const std::vector<double>& values);  ///< NaN counts for nothing

    /// `name`, and, with two to twenty groups, `name`.1, `name`.2, … in the order of groupsOf(). Nothing before add().
    void addTo(Result& result, const std::string& name, const std::string& unit) const;

private:
    CurveMeans m_all;
    std::vector<std::pair<std::string, CurveMeans>> m_groups;
    bool m_any = false;
};

}  // namespace mnemo
