// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/queue_impl.h"

#include "core/jobs/job_reporter.h"

#include <algorithm>
#include <new>

namespace mnemo {
namespace {

constexpr int noClass = int(JobClass::Batch) + 1;

Failed outOfMemory()
{
    return {{ErrorCode::OutOfMemory, "The job needs more memory than there is.",
             "Use a smaller model, a shorter prompt or fewer sites."}};
}

Failed internal(const std::string& what)
{
    return {{ErrorCode::Internal, what, "Save the log and report it."}};
}

}  // namespace

JobQueue::Impl::Impl(Runner runner, EventSink sink, QueueOptions options)
    : m_run(std::move(runner)),
      m_sink(std::move(sink)),
      m_options(std::move(options)),
      m_bestWaiting(noClass),
      m_thread([this] { work(); })
{
}

JobQueue::Impl::~Impl()
{
    std::vector<EntryPtr> stopped;
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
        stopped = stopLocked([](const QueueEntry&) { return true; });
    }
    m_wake.notify_all();
    emitStopped(stopped);
    m_thread.join();
}

JobId JobQueue::Impl::submit(Job job)
{
    const auto entry = std::make_shared<QueueEntry>();
    entry->job = std::move(job);
    std::vector<EntryPtr> stopped;
    {
        const std::lock_guard lock(m_mutex);
        const std::string& tag = entry->job.tag;
        if (!tag.empty())
            stopped = stopLocked([&](const QueueEntry& older) { return older.job.tag == tag; });
        entry->id = m_nextId++;
        m_stats.submitted += 1;
        m_waiting.push_back(entry);
        updateBestLocked();
        if (m_quit)  // submitted by the sink while the queue is being destroyed
            stopped = stopLocked([](const QueueEntry&) { return true; });
    }
    m_wake.notify_all();
    emitStopped(stopped);
    return entry->id;
}

void JobQueue::Impl::stopWhere(const std::function<bool(const QueueEntry&)>& wanted)
{
    std::vector<EntryPtr> stopped;
    {
        const std::lock_guard lock(m_mutex);
        stopped = stopLocked(wanted);
    }
    emitStopped(stopped);
}

/// Asks running ones to stop and takes waiting ones off the list; the caller emits the latter's Stopped, unlocked.
std::vector<EntryPtr> JobQueue::Impl::stopLocked(const std::function<bool(const QueueEntry&)>& wanted)
{
    for (const EntryPtr& entry : m_running)
        if (!entry->over && wanted(*entry))
            entry->stop.request_stop();
    std::vector<EntryPtr> taken;
    for (auto it = m_waiting.begin(); it != m_waiting.end();) {
        if (wanted(**it)) {
            (*it)->over = true;
            taken.push_back(*it);
            it = m_waiting.erase(it);
        } else {
            ++it;
        }
    }
    m_stats.stopped += std::int64_t(taken.size());
    m_delivering += int(taken.size());
    updateBestLocked();
    return taken;
}

void JobQueue::Impl::emitStopped(const std::vector<EntryPtr>& entries)
{
    for (const EntryPtr& entry : entries)
        emit(entry->id, Stopped{});
    if (entries.empty())
        return;
    const std::lock_guard lock(m_mutex);
    m_delivering -= int(entries.size());
    m_idle.notify_all();
}

void JobQueue::Impl::updateBestLocked()
{
    int best = noClass;
    for (const EntryPtr& entry : m_waiting)
        best = std::min(best, int(entry->job.jobClass));
    m_bestWaiting.store(best, std::memory_order_release);
}

EntryPtr JobQueue::Impl::takeAbove(int limit)
{
    const std::lock_guard lock(m_mutex);
    const auto urgent = std::min_element(m_waiting.begin(), m_waiting.end(), [](const EntryPtr& a, const EntryPtr& b) {
        return a->job.jobClass < b->job.jobClass;  // the first, and so oldest, of the best class
    });
    if (urgent == m_waiting.end() || int((*urgent)->job.jobClass) >= limit)
        return nullptr;
    EntryPtr entry = *urgent;
    m_waiting.erase(urgent);
    m_stats.started += 1;
    m_stats.nested += m_running.empty() ? 0 : 1;
    m_running.push_back(entry);
    updateBestLocked();
    return entry;
}

void JobQueue::Impl::work()
{
    while (true) {
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_quit || !m_waiting.empty(); });
            if (m_waiting.empty())
                return;
        }
        if (const EntryPtr entry = takeAbove(noClass))
            runEntry(entry);
    }
}

void JobQueue::Impl::runEntry(const EntryPtr& entry)
{
    emit(entry->id, Started{});
    Event last = callRunner(*entry);
    {
        // Settled under the lock: whoever cancelled before this never sees the job finish.
        const std::lock_guard lock(m_mutex);
        entry->over = true;
        if (auto* finished = std::get_if<Finished>(&last); finished && entry->stop.stop_requested())
            last = Stopped{std::move(finished->result)};
        m_stats.finished += std::holds_alternative<Finished>(last);
        m_stats.stopped += std::holds_alternative<Stopped>(last);
        m_stats.failed += std::holds_alternative<Failed>(last);
    }
    emit(entry->id, std::move(last));
    const std::lock_guard lock(m_mutex);
    m_running.pop_back();
    m_idle.notify_all();
}

/// The one place where exceptions of a job become events.
Event JobQueue::Impl::callRunner(const QueueEntry& entry)
{
    JobReporter reporter(*this, entry);
    try {
        if (entry.stop.stop_requested())
            throw Cancelled{};
        return Finished{m_run(entry.job, reporter)};
    } catch (const Cancelled&) {
        return Stopped{reporter.newest()};
    } catch (const Failure& failure) {
        return Failed{failure.error()};
    } catch (const std::bad_alloc&) {
        return outOfMemory();
    } catch (const std::exception& e) {
        return internal(e.what());
    } catch (...) {
        return internal("The job ended with an unknown exception.");
    }
}

std::size_t JobQueue::Impl::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_waiting.size();
}

void JobQueue::Impl::waitIdle()
{
    std::unique_lock lock(m_mutex);
    m_idle.wait(lock, [this] { return m_waiting.empty() && m_running.empty() && m_delivering == 0; });
}

QueueStats JobQueue::Impl::stats() const
{
    const std::lock_guard lock(m_mutex);
    return m_stats;
}

void JobQueue::Impl::log(JobId id, const std::string& line)
{
    if (m_options.log)
        m_options.log(id, line);
}

void JobQueue::Impl::countPartial(bool made)
{
    const std::lock_guard lock(m_mutex);
    m_stats.partialsAsked += 1;
    m_stats.partialsMade += made ? 1 : 0;
}

}  // namespace mnemo
