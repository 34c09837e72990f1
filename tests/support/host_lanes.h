// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/cuda/lanes.h"

#include <barrier>
#include <thread>
#include <vector>

namespace mnemo::test {

/// A group of several lanes on the host, a thread each: what a body asks of a warp or a block, without a GPU.
class HostLanes
{
public:
    struct Meeting {
        explicit Meeting(int lanes) : barrier(lanes), values(std::size_t(lanes)) {}
        std::barrier<> barrier;
        std::vector<double> values;
    };

    HostLanes(Meeting& meeting, int lane) : m_meeting(meeting), m_lane(lane) {}

    int lane() const { return m_lane; }
    int lanes() const { return int(m_meeting.values.size()); }

    template <typename T>
    T sum(T x) const
    {
        T all = 0;
        meet(x, [&](double value) { all += T(value); });
        return all;
    }

    template <typename T>
    T max(T x) const
    {
        meet(x, [&](double value) { x = T(value) > x ? T(value) : x; });
        return x;
    }

    template <typename T>
    T from(T x, int lane) const
    {
        int next = 0;
        T other = x;
        meet(x, [&](double value) { other = next++ == lane ? T(value) : other; });
        return other;
    }

private:
    template <typename T, class Visit>
    void meet(T x, const Visit& visit) const
    {
        m_meeting.values[std::size_t(m_lane)] = double(x);
        m_meeting.barrier.arrive_and_wait();
        for (const double value : m_meeting.values)
            visit(value);
        m_meeting.barrier.arrive_and_wait();
    }

    Meeting& m_meeting;
    int m_lane;
};

/// Calls body(group) in every lane of a group.
template <class Body>
void withLanes(int lanes, const Body& body)
{
    if (lanes == 1) {
        body(cuda::OneLane());
        return;
    }
    HostLanes::Meeting meeting(lanes);
    std::vector<std::jthread> threads;
    for (int lane = 0; lane < lanes; ++lane)
        threads.emplace_back([&, lane] { body(HostLanes(meeting, lane)); });
}

}  // namespace mnemo::test
