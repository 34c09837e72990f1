// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_desk.h"

#include "ui/cell_probe.h"
#include "ui/sites_beside.h"

namespace mnemo {
namespace {

Job traceJob(Json parameters, const std::string& model, const char* tag)
{
    Job job;
    job.experiment = "trace";
    job.parameters = std::move(parameters);
    job.model = model;
    job.jobClass = JobClass::Visible;
    job.tag = tag;
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
    Json parameters = traceParameters(form, window);
    if (const Json sites = sitesBeside(m_engine.info(), m_engine.model(), m_engine.besideModel()); !sites.is_null())
        parameters["sites"] = sites;
    const std::string model = m_engine.modelHash();
    const JobId ticket = m_engine.submit(traceJob(std::move(parameters), model, "trace"));
    const int id = m_store.begin(form, window, QString::fromStdString(model), ticket, m_engine.activeEdits(model));
    follow(ticket, id);
    traceBeside(id);
    return id;
}

void TraceDesk::traceBeside(int first)
{
    const Trace* trace = m_store.find(first);
    const QString model = QString::fromStdString(m_engine.besideHash());
    const bool ofEdits = trace && trace->form.unedited;  // has both weights in it already
    if (trace && m_comparesBase && !trace->edits.empty() && !ofEdits)
        return traceBase(*trace);
    if (!trace || model.isEmpty() || (ofEdits && m_engine.activeEdits(model.toStdString()).empty()))
        return;
    Json parameters = traceParameters(withoutIds(trace->form), trace->window);
    if (const Json sites = sitesBeside(m_engine.info(), m_engine.besideModel(), m_engine.model()); !sites.is_null())
        parameters["sites"] = sites;
    const JobId ticket = m_engine.submit(traceJob(std::move(parameters), model.toStdString(), "trace beside"));
    const int id = m_store.beginBeside(first, model, ticket, m_engine.activeEdits(model.toStdString()));
    follow(ticket, id);
}

/// The same trace without its edits.
void TraceDesk::traceBase(const Trace& edited)
{
    Job job =
        traceJob(traceParameters(withoutIds(edited.form), edited.window), edited.model.toStdString(), "trace beside");
    const JobId ticket = m_engine.submitAsIs(std::move(job));
    const int id = m_store.beginBeside(edited.id, edited.model, ticket);
    follow(ticket, id);
}

bool TraceDesk::comparesSites(const Trace& trace) const
{
    const Json wanted = sitesBeside(m_engine.info(), m_engine.model(), m_engine.besideModel());
    return wanted.is_null() || (trace.result && trace.result->head.value("sites", Json()) == wanted);
}

void TraceDesk::resume()
{
    const Trace* trace = m_store.current();
    if (!trace || trace->state == JobState::Running)
        return;
    const int id = trace->id;
    const std::string model = trace->model.isEmpty() ? m_engine.modelHash() : trace->model.toStdString();
    Job job = traceJob(traceParameters(*trace), model, trace->beside == 0 ? "trace" : "trace beside");
    job.edits = trace->edits;
    const JobId ticket = m_engine.submitAsIs(std::move(job));
    follow(ticket, id);
    m_store.setTicket(id, ticket);
}

}  // namespace mnemo
