// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_desk.h"

#include "ui/cell_probe.h"

namespace mnemo {

TraceDesk::TraceDesk(EngineClient& engine, TraceStore& store, QObject* parent)
    : QObject(parent), m_engine(engine), m_store(store)
{
    connect(&m_engine, &EngineClient::jobChanged, this, &TraceDesk::onJobChanged);
    connect(&m_engine, &EngineClient::jobCancelled, this, [this](JobId ticket) {
        const auto it = m_running.find(ticket);
        if (it == m_running.end())
            return;
        const int id = it->second;
        m_running.erase(it);
        if (const Trace* trace = m_store.find(id); trace && trace->ticket == ticket) {
            m_store.setState(id, TraceState::Stopped);
            Q_EMIT stopped(id);
        }
    });
    connect(&m_store, &TraceStore::removed, this, [this](int id) {
        for (const auto& [ticket, trace] : m_running)
            if (trace == id) {
                m_engine.cancel(ticket);
                return;
            }
    });
}

JobId TraceDesk::submit(Json parameters, const std::string& model)
{
    Job job;
    job.experiment = "trace";
    job.parameters = std::move(parameters);
    job.model = model;
    job.jobClass = JobClass::Visible;
    job.tag = "trace";
    return m_engine.submit(job);
}

int TraceDesk::trace(const FactForm& form, const QString& window)
{
    if (const auto error = checkForm(form)) {
        Q_EMIT refused(*error);
        return 0;
    }
    if (m_engine.modelHash().empty()) {
        Q_EMIT refused({ErrorCode::UnknownModel, tr("No model is loaded yet.").toStdString(),
                        tr("Wait until it is, or choose one from the list.").toStdString()});
        return 0;
    }
    const JobId ticket = submit(traceParameters(form, window), m_engine.modelHash());
    const int id = m_store.begin(form, window, QString::fromStdString(m_engine.modelHash()), ticket);
    m_running[ticket] = id;
    return id;
}

void TraceDesk::resume()
{
    const Trace* trace = m_store.current();
    if (!trace || trace->state == TraceState::Running)
        return;
    const int id = trace->id;
    const std::string model = trace->model.isEmpty() ? m_engine.modelHash() : trace->model.toStdString();
    const JobId ticket = submit(traceParameters(*trace), model);
    m_running[ticket] = id;
    m_store.setTicket(id, ticket);
}

bool TraceDesk::stop()
{
    if (m_running.empty())
        return false;
    m_engine.cancel(m_running.rbegin()->first);
    return true;
}

void TraceDesk::onJobChanged(JobId ticket, const Event& event)
{
    const auto it = m_running.find(ticket);
    if (it == m_running.end())
        return;
    const int id = it->second;
    if (const auto* progress = std::get_if<Progress>(&event))
        m_store.setProgress(id, *progress);
    if (const auto* partial = std::get_if<Partial>(&event))
        m_store.setResult(id, partial->result);
    if (isLast(event)) {
        m_running.erase(it);
        onLast(id, event);
    }
}

void TraceDesk::onLast(int id, const Event& event)
{
    if (const auto* done = std::get_if<Finished>(&event)) {
        if (done->result)
            m_store.setResult(id, done->result);
        m_store.setState(id, TraceState::Finished);
        Q_EMIT finished(id);
    } else if (const auto* stop = std::get_if<Stopped>(&event)) {
        if (stop->result)
            m_store.setResult(id, stop->result);
        m_store.setState(id, TraceState::Stopped);
        Q_EMIT stopped(id);
    } else if (const auto* failure = std::get_if<Failed>(&event)) {
        // A dead engine stops a trace; what it had sent is as good as before.
        const bool lost = failure->error.code == ErrorCode::EngineLost;
        m_store.setState(id, lost ? TraceState::Stopped : TraceState::Failed, failure->error);
        if (!lost)
            Q_EMIT failed(failure->error);
    }
}

}  // namespace mnemo
