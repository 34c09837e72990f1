// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_queue.h"

#include "core/jobs/queue_impl.h"

namespace mnemo {

JobQueue::JobQueue(Runner runner, EventSink sink, QueueOptions options)
    : m_impl(std::make_unique<Impl>(std::move(runner), std::move(sink), std::move(options)))
{
}

JobQueue::~JobQueue() = default;

JobId JobQueue::submit(Job job)
{
    return m_impl->submit(std::move(job));
}

void JobQueue::cancel(JobId id)
{
    m_impl->stopWhere([id](const QueueEntry& entry) { return entry.id == id; });
}

void JobQueue::cancelTag(const std::string& tag)
{
    m_impl->stopWhere([&tag](const QueueEntry& entry) { return entry.job.tag == tag; });
}

void JobQueue::cancelAll()
{
    m_impl->stopWhere([](const QueueEntry&) { return true; });
}

std::size_t JobQueue::waiting() const
{
    return m_impl->waiting();
}

void JobQueue::waitIdle()
{
    m_impl->waitIdle();
}

QueueStats JobQueue::stats() const
{
    return m_impl->stats();
}

}  // namespace mnemo
