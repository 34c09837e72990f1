// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/edit_search.h"

#include <utility>

namespace mnemo {

EditSearch::EditSearch(EngineClient& engine, QObject* parent) : QObject(parent), m_engine(engine)
{
    connect(&m_engine, &EngineClient::jobChanged, this, [this](JobId ticket, const Event& event) {
        if (ticket == m_ticket)
            onJobChanged(event);
    });
    connect(&m_engine, &EngineClient::jobCancelled, this, [this](JobId ticket) {
        if (ticket == m_ticket && std::exchange(m_ticket, 0) != 0)
            Q_EMIT stopped();
    });
}

void EditSearch::run(const Json& parameters, const EditRefs& base)
{
    m_engine.cancel(std::exchange(m_ticket, 0));
    Job job;
    job.experiment = "rome";
    job.parameters = parameters;
    job.model = m_engine.modelHash();
    job.edits = base;
    job.jobClass = JobClass::Visible;
    m_ticket = m_engine.submitAsIs(std::move(job));
}

bool EditSearch::stop()
{
    if (m_ticket == 0)
        return false;
    m_engine.cancel(m_ticket);
    return true;
}

void EditSearch::onJobChanged(const Event& event)
{
    if (const auto* progress = std::get_if<Progress>(&event))
        Q_EMIT progressed(*progress);
    if (const auto* partial = std::get_if<Partial>(&event))
        Q_EMIT advanced(partial->result);
    if (!isLast(event))
        return;
    m_ticket = 0;
    const auto* done = std::get_if<Finished>(&event);
    const auto* failure = std::get_if<Failed>(&event);
    if (done && done->result)
        Q_EMIT finished(done->result);
    else if (failure && failure->error.code != ErrorCode::EngineLost)  // of which the window speaks anyway
        Q_EMIT failed(failure->error);
    else
        Q_EMIT stopped();
}

}  // namespace mnemo
