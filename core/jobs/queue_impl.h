// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/jobs/job_queue.h"

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace mnemo {

/// A job in the queue. `over` and the place of the entry are guarded by the queue's mutex.
struct QueueEntry {
    JobId id = 0;
    Job job;
    std::stop_source stop;
    bool over = false;  ///< how it ends is settled: cancel comes too late
};
using EntryPtr = std::shared_ptr<QueueEntry>;

class JobQueue::Impl
{
public:
    Impl(Runner runner, EventSink sink, QueueOptions options);
    ~Impl();

    JobId submit(Job job);
    void stopWhere(const std::function<bool(const QueueEntry&)>& wanted);
    std::size_t waiting() const;
    void waitIdle();
    QueueStats stats() const;

    /// Takes the next job of a class above `limit` off the waiting list and makes it the running one; null: none.
    EntryPtr takeAbove(int limit);
    bool mayTakeAbove(int limit) const { return m_bestWaiting.load(std::memory_order_acquire) < limit; }
    void runEntry(const EntryPtr& entry);  ///< to its last event; the caller has just taken it
    void emit(JobId id, Event event) { m_sink(id, std::move(event)); }
    void log(JobId id, const std::string& line);
    void countPartial(bool made);
    const QueueOptions& options() const { return m_options; }

private:
    void work();
    Event callRunner(const QueueEntry& entry);
    std::vector<EntryPtr> stopLocked(const std::function<bool(const QueueEntry&)>& wanted);
    void emitStopped(const std::vector<EntryPtr>& entries);
    void updateBestLocked();

    const Runner m_run;
    const EventSink m_sink;
    const QueueOptions m_options;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;   ///< something waits, or the end
    std::condition_variable m_idle;   ///< nothing waits or runs
    std::list<EntryPtr> m_waiting;    ///< by age
    std::vector<EntryPtr> m_running;  ///< the last one runs, those below are paused
    JobId m_nextId = 1;
    int m_delivering = 0;  ///< Stopped events of waiting jobs on their way to the sink
    bool m_quit = false;
    QueueStats m_stats;
    std::atomic<int> m_bestWaiting;  ///< class of the most urgent waiting job: a stop check costs no lock

    std::jthread m_thread;  ///< last member: starts when all else is there
};

}  // namespace mnemo
