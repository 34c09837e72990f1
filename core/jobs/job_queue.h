// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/event.h"
#include "core/data/reporter.h"

#include <functional>
#include <memory>

namespace mnemo
{

/// Runs a job to its end on the calling thread. Throws Failure, Cancelled or anything else.
using Runner = std::function<ResultPtr(const Job& job, Reporter& reporter)>;

/// Receives every event of every job, called from the compute thread (and from submit/cancel for jobs not yet begun).
using EventSink = std::function<void(JobId, Event)>;

/// One compute thread, jobs by class and age. Each job owns its stop token, so a stop is never lost and never reaches
/// another job. At a stop check a job first lets waiting jobs of a higher class run to their end. All functions from
/// any thread.
class JobQueue
{
public:
    JobQueue(Runner runner, EventSink sink);
    ~JobQueue();  ///< stops everything and joins

    JobId submit(Job job);  ///< stops older jobs with the same non-empty tag
    void cancel(JobId id);  ///< ends in Stopped; unknown and finished ids are ignored
    void cancelTag(const std::string& tag);
    void cancelAll();
    std::size_t waiting() const;
    void waitIdle();  ///< for the command line and tests

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace mnemo
