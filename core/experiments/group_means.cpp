// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/group_means.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr std::size_t mostGroups = 20;  // more are not looked at one by one

}  // namespace

GroupMeans::GroupMeans(const std::vector<PromptPair>& pairs, const std::vector<Axis>& axes) : m_all(axes)
{
    const std::vector<std::string> groups = groupsOf(pairs);
    if (groups.size() > 1 && groups.size() <= mostGroups)
        for (const std::string& group : groups)
            m_groups.emplace_back(group, m_all);
}

void GroupMeans::add(const std::string& group, const std::vector<double>& values)
{
    const auto found = std::ranges::find(m_groups, group, &std::pair<std::string, CurveMeans>::first);
    if (found != m_groups.end())
        found->second.add(values);
    m_all.add(values);
    m_any = true;
}

void GroupMeans::addTo(Result& result, const std::string& name, const std::string& unit) const
{
    if (!m_any)
        return;
    result.arrays.push_back(std::make_shared<const Array>(m_all.means(name, unit)));
    for (std::size_t i = 0; i < m_groups.size(); ++i)
        result.arrays.push_back(
            std::make_shared<const Array>(m_groups[i].second.means(name + "." + std::to_string(i + 1), unit)));
}

}  // namespace mnemo
