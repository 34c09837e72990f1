// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_desk.h"

#include "ui/cell_probe.h"

namespace mnemo {
namespace {

Job traceJob(Json parameters, const std::string& model)
{
    Job job;
    job.experiment = "trace";
    job.parameters = std::move(parameters);
    job.model = model;
    job.jobClass = JobClass::Visible;
    job.tag = "trace";
    return job;
}

}  // namespace

TraceDesk::TraceDesk(EngineClient& engine, TraceStore& store, QObject* parent)
    : JobDesk(engine, store, parent), m_store(store)
{
    connect(&m_store, &TraceStore::removed, this, [this](int id) { stop(id); });
}

int TraceDesk::trace(const FactForm& form, const QString& window)
{
    if (const auto error = checkForm(form)) {
        Q_EMIT refused(*error);
        return 0;
    }
    if (m_engine.modelHash().empty()) {
        Q_EMIT refused(noModelError());
        return 0;
    }
    const JobId ticket = m_engine.submit(traceJob(traceParameters(form, window), m_engine.modelHash()));
    const int id = m_store.begin(form, window, QString::fromStdString(m_engine.modelHash()), ticket);
    follow(ticket, id);
    return id;
}

void TraceDesk::resume()
{
    const Trace* trace = m_store.current();
    if (!trace || trace->state == JobState::Running)
        return;
    const int id = trace->id;
    const std::string model = trace->model.isEmpty() ? m_engine.modelHash() : trace->model.toStdString();
    const JobId ticket = m_engine.submit(traceJob(traceParameters(*trace), model));
    follow(ticket, id);
    m_store.setTicket(id, ticket);
}

}  // namespace mnemo
