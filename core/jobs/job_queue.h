// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/event.h"
#include "core/data/reporter.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace mnemo {

/// Runs a job to its end on the calling thread. Throws Failure, Cancelled or anything else.
using Runner = std::function<ResultPtr(const Job& job, Reporter& reporter)>;

/// Receives every event of every job, called from the compute thread (and from submit/cancel for jobs not yet begun).
/// Each job's events come in order and end with exactly one of Finished, Stopped, Failed. May call the queue; must not
/// throw.
using EventSink = std::function<void(JobId, Event)>;

struct QueueOptions {
    std::chrono::milliseconds interval{50};  ///< least time between two snapshots, or two progress events, of a job
    std::function<void(JobId, const std::string&)> log;  ///< Reporter::note; compute thread
};

/// What a queue has done: tests compare counts, never times.
struct QueueStats {
    std::int64_t submitted = 0;
    std::int64_t started = 0;
    std::int64_t finished = 0;
    std::int64_t stopped = 0;
    std::int64_t failed = 0;
    std::int64_t nested = 0;         ///< started inside a paused job
    std::int64_t partialsAsked = 0;  ///< offered by jobs
    std::int64_t partialsMade = 0;   ///< of these, really built
};

/// One compute thread, jobs by class and age. Each job owns its stop token, so a stop is never lost and never reaches
/// another job. At a stop check a job first lets waiting jobs of a higher class run to their end. All functions from
/// any thread.
class JobQueue
{
public:
    JobQueue(Runner runner, EventSink sink, QueueOptions options = {});
    ~JobQueue();  ///< stops everything and joins

    JobId submit(Job job);  ///< stops older jobs with the same non-empty tag

    /// The job ends in Stopped (Failed if it fails first); unknown and finished ids are ignored.
    void cancel(JobId id);
    void cancelTag(const std::string& tag);
    void cancelAll();
    std::size_t waiting() const;
    void waitIdle();  ///< until nothing waits or runs and every last event is delivered; not from the sink
    QueueStats stats() const;

    class Impl;  ///< core/jobs/queue_impl.h

private:
    std::unique_ptr<Impl> m_impl;
};

}  // namespace mnemo
