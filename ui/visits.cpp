// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/visits.h"

#include <cstdlib>

namespace mnemo {
namespace {

constexpr std::size_t most = 100;
constexpr qint64 soonMs = 800;  // as long as keys are held or pressed in a row

bool areNeighbours(const Visit& a, const Visit& b)
{
    return a.site == b.site && std::abs(a.cell.layer - b.cell.layer) + std::abs(a.cell.pos - b.cell.pos) == 1;
}

}  // namespace

bool Visit::isOnSameTab(const Visit& visit) const
{
    return trace == visit.trace && result == visit.result && other == visit.other;
}

bool Visits::replacesCurrent(const Visit& visit, qint64 now) const
{
    const Visit& current = m_visits[std::size_t(m_current)];
    return current.isOnSameTab(visit) &&
           (m_passing || current.cell.pos < 0 || (areNeighbours(current, visit) && now - m_changed < soonMs));
}

void Visits::add(const Visit& visit, qint64 now)
{
    if (m_current >= 0) {
        const Visit& current = m_visits[std::size_t(m_current)];
        if (current == visit || (current.isOnSameTab(visit) && visit.cell.pos < 0))
            return;
        m_visits.erase(m_visits.begin() + m_current + (replacesCurrent(visit, now) ? 0 : 1), m_visits.end());
    }
    m_visits.push_back(visit);
    if (m_visits.size() > most)
        m_visits.erase(m_visits.begin());
    m_current = int(m_visits.size()) - 1;
    m_passing = false;
    m_changed = now;
}

/// Number of the visit that one goes to; −1: there is none.
int Visits::next(int by) const
{
    for (int i = m_current + by; m_current >= 0 && i >= 0 && i < int(m_visits.size()); i += by)
        if (const Visit& visit = m_visits[std::size_t(i)];
            visit != m_visits[std::size_t(m_current)] && m_isThere(visit))
            return i;
    return -1;
}

std::optional<Visit> Visits::go(int by)
{
    const int to = next(by);
    if (to < 0)
        return std::nullopt;
    m_current = to;
    m_passing = false;
    m_changed = -soonMs;  // the next cell is another visit
    return m_visits[std::size_t(to)];
}

}  // namespace mnemo
