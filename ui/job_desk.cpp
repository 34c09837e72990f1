// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/job_desk.h"

#include <algorithm>

namespace mnemo {

Error noModelError()
{
    return {ErrorCode::UnknownModel, JobDesk::tr("No model is loaded yet.").toStdString(),
            JobDesk::tr("Wait until it is, or choose one from the list.").toStdString()};
}

JobDesk::JobDesk(EngineClient& engine, JobSink& sink, QObject* parent) : QObject(parent), m_engine(engine), m_sink(sink)
{
    connect(&m_engine, &EngineClient::jobChanged, this, &JobDesk::onJobChanged);
    connect(&m_engine, &EngineClient::jobCancelled, this, &JobDesk::onJobCancelled);
}

void JobDesk::follow(JobId ticket, int id)
{
    m_running[ticket] = id;
}

bool JobDesk::stop()
{
    if (m_running.empty())
        return false;
    m_engine.cancel(m_running.rbegin()->first);
    return true;
}

bool JobDesk::stop(int id)
{
    const auto it = std::ranges::find(m_running, id, [](const auto& entry) { return entry.second; });
    if (it == m_running.end())
        return false;
    m_engine.cancel(it->first);
    return true;
}

void JobDesk::onJobCancelled(JobId ticket)
{
    const auto it = m_running.find(ticket);
    if (it == m_running.end())
        return;
    const int id = it->second;
    m_running.erase(it);
    m_sink.setState(id, JobState::Stopped);
    Q_EMIT stopped(id);
}

void JobDesk::onJobChanged(JobId ticket, const Event& event)
{
    const auto it = m_running.find(ticket);
    if (it == m_running.end())
        return;
    const int id = it->second;
    if (const auto* progress = std::get_if<Progress>(&event))
        m_sink.setProgress(id, *progress);
    if (const auto* partial = std::get_if<Partial>(&event))
        m_sink.setResult(id, partial->result);
    if (isLast(event)) {
        m_running.erase(it);
        onLast(id, event);
    }
}

void JobDesk::onLast(int id, const Event& event)
{
    if (const auto* done = std::get_if<Finished>(&event)) {
        if (done->result)
            m_sink.setResult(id, done->result);
        m_sink.setState(id, JobState::Finished);
        Q_EMIT finished(id);
    } else if (const auto* stop = std::get_if<Stopped>(&event)) {
        if (stop->result)
            m_sink.setResult(id, stop->result);
        m_sink.setState(id, JobState::Stopped);
        Q_EMIT stopped(id);
    } else if (const auto* failure = std::get_if<Failed>(&event)) {
        // A dead engine stops a job; what it had sent is as good as before.
        const bool lost = failure->error.code == ErrorCode::EngineLost;
        if (!lost && startAnew(id, failure->error))
            return;
        m_sink.setState(id, lost ? JobState::Stopped : JobState::Failed, failure->error);
        if (!lost)
            Q_EMIT failed(id, failure->error);
    }
}

}  // namespace mnemo
