// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/jobs/queue_impl.h"

#include <chrono>
#include <optional>

namespace mnemo {

/// What a running job talks to: turns calls into events and lets more urgent jobs in between. Compute thread only;
/// lives on the stack while its job runs.
class JobReporter : public Reporter
{
public:
    JobReporter(JobQueue::Impl& queue, const QueueEntry& entry);

    void checkStop() override;
    void progress(std::int64_t done, std::int64_t total, const std::string& unit) override;
    void partial(const std::function<Result()>& make) override;
    void note(const std::string& line) override;

    ResultPtr newest() const { return m_newest; }  ///< the last snapshot, or null

private:
    using Clock = std::chrono::steady_clock;

    void throwIfStopped() const;
    bool due(std::optional<Clock::time_point>& last) const;
    double seconds() const;  ///< since the start, pauses left out

    JobQueue::Impl& m_queue;
    const QueueEntry& m_entry;
    const Clock::time_point m_start = Clock::now();
    Clock::duration m_paused{};
    std::optional<Clock::time_point> m_lastPartial;
    std::optional<Clock::time_point> m_lastProgress;
    Progress m_progress;
    ResultPtr m_newest;
};

}  // namespace mnemo
