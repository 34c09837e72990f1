// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/event.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace mnemo {

/// Keeps every event of a queue in the order of arrival. Any thread.
class EventRecorder
{
public:
    void operator()(JobId id, Event event)
    {
        const std::lock_guard lock(m_mutex);
        m_events.emplace_back(id, std::move(event));
        m_changed.notify_all();
    }

    std::vector<Event> of(JobId id) const
    {
        const std::lock_guard lock(m_mutex);
        std::vector<Event> events;
        for (const auto& [owner, event] : m_events)
            if (owner == id)
                events.push_back(event);
        return events;
    }

    /// "started partial finished"
    std::string names(JobId id) const
    {
        std::string text;
        for (const Event& event : of(id))
            text += (text.empty() ? "" : " ") + std::string(eventName(event));
        return text;
    }

    /// "1 started, 2 started, 2 finished": the order across jobs
    std::string all() const
    {
        const std::lock_guard lock(m_mutex);
        std::string text;
        for (const auto& [id, event] : m_events)
            text += (text.empty() ? "" : ", ") + std::to_string(id) + " " + std::string(eventName(event));
        return text;
    }

    /// Blocks until the job has an event of this name (the test's time limit is the way out).
    void waitFor(JobId id, std::string_view name)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] {
            for (const auto& [owner, event] : m_events)
                if (owner == id && eventName(event) == name)
                    return true;
            return false;
        });
    }

    /// Number of last events (finished, stopped, failed) per job.
    std::map<JobId, int> endings() const
    {
        const std::lock_guard lock(m_mutex);
        std::map<JobId, int> counts;
        for (const auto& [id, event] : m_events)
            counts[id] += isLast(event) ? 1 : 0;
        return counts;
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<std::pair<JobId, Event>> m_events;
};

}  // namespace mnemo
