// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_reporter.h"

namespace mnemo {

JobReporter::JobReporter(JobQueue::Impl& queue, const QueueEntry& entry) : m_queue(queue), m_entry(entry) {}

void JobReporter::throwIfStopped() const
{
    if (m_entry.stop.stop_requested())
        throw Cancelled{};
}

bool JobReporter::due(std::optional<Clock::time_point>& last) const
{
    const Clock::time_point now = Clock::now();
    if (last && now - *last < m_queue.options().interval)
        return false;
    last = now;
    return true;
}

double JobReporter::seconds() const
{
    return std::chrono::duration<double>(Clock::now() - m_start - m_paused).count();
}

void JobReporter::checkStop()
{
    throwIfStopped();
    const int own = int(m_entry.job.jobClass);
    if (!m_queue.mayTakeAbove(own))
        return;
    const Clock::time_point begin = Clock::now();
    bool wasPaused = false;
    // A stop of this job that arrives meanwhile waits for the inner one: that is somebody else's.
    while (const EntryPtr inner = m_queue.takeAbove(own)) {
        m_queue.emit(m_entry.id, Paused{inner->id});
        m_queue.runEntry(inner);
        wasPaused = true;
        if (m_entry.stop.stop_requested())
            break;
    }
    m_paused += Clock::now() - begin;
    throwIfStopped();
    if (wasPaused) {
        m_progress.seconds = seconds();
        m_queue.emit(m_entry.id, m_progress);
    }
}

void JobReporter::progress(std::int64_t done, std::int64_t total, const std::string& unit)
{
    const bool changed = unit != m_progress.unit || total != m_progress.total;
    m_progress = {done, total, unit, seconds()};
    // The end of a bar is always shown, or it would stand at 97 % for ever.
    if (due(m_lastProgress) || changed || done == total)
        m_queue.emit(m_entry.id, m_progress);
}

void JobReporter::partial(const std::function<Result()>& make)
{
    const bool stopped = m_entry.stop.stop_requested();
    const bool wanted = stopped || due(m_lastPartial);
    m_queue.countPartial(wanted);
    if (!wanted)
        return;
    m_newest = std::make_shared<const Result>(make());
    if (!stopped)  // else Stopped carries it
        m_queue.emit(m_entry.id, Partial{m_newest});
}

void JobReporter::note(const std::string& line)
{
    m_queue.log(m_entry.id, line);
}

}  // namespace mnemo
