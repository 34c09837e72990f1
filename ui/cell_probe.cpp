// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cell_probe.h"

#include "ui/engine_client.h"

#include <algorithm>

namespace mnemo {
namespace {

QString range(int first, int last)
{
    return first == last ? QString::number(first) : QStringLiteral("%1-%2").arg(first).arg(last);
}

int layersOf(const Trace& trace, const std::string& site)
{
    const ArrayPtr p = trace.result ? trace.result->find(site + ".p") : nullptr;
    return p && !p->axes.empty() ? p->axes[0].size() : 0;
}

int windowOf(const Trace& trace, const std::string& site)
{
    const Json windows = trace.result ? trace.result->head.value("windows", Json::object()) : Json::object();
    return std::max(1, windows.value(site, 1));
}

}  // namespace

Json traceParameters(const FactForm& form, const QString& window)
{
    Json parameters = factParameters(form);
    bool number = false;
    const int layers = window.toInt(&number);
    parameters["window"] = number ? std::to_string(layers) : std::string("auto");
    return parameters;
}

FactForm withoutIds(FactForm form)
{
    form.targetId = form.foilId = -1;
    return form;
}

Json traceParameters(const Trace& trace)
{
    Json parameters = traceParameters(trace.beside == 0 ? trace.form : withoutIds(trace.form), trace.window);
    if (trace.result && trace.result->parameters.is_object())
        parameters.update(trace.result->parameters);  // seed, samples, sites …: what the window has no field for
    return parameters;
}

QString patchText(const Trace& trace, const QString& site, CellRange cells)
{
    const std::string name = site.toStdString();
    const int width = windowOf(trace, name);
    const int first = std::max(0, cells.firstLayer - width / 2);
    const int last = std::min(layersOf(trace, name) - 1, cells.endLayer - 1 - width / 2 + width - 1);
    const QString value = trace.form.direction == "corrupt" ? "corrupt" : "clean";
    return QStringLiteral("layers.%1.%2@%3=%4")
        .arg(range(first, std::max(first, last)), site, range(cells.firstPos, cells.endPos - 1), value);
}

CellProbe::CellProbe(EngineClient& engine, TraceStore& store, QObject* parent)
    : QObject(parent), m_engine(engine), m_store(store)
{
    connect(&m_engine, &EngineClient::jobChanged, this, [this](JobId ticket, const Event& event) {
        if (ticket == m_patchTicket)
            onPatch(event);
        else if (ticket == m_columnTicket)
            onColumn(event);
    });
    connect(&m_engine, &EngineClient::jobCancelled, this, [this](JobId ticket) {
        if (ticket == m_patchTicket) {
            m_patchTicket = 0;
            Q_EMIT patchStopped();
        }
        if (ticket == m_columnTicket)
            m_columnTicket = 0;
    });
}

void CellProbe::patch(const Trace& trace, const QString& site, CellRange cells)
{
    m_what = patchText(trace, site, cells);
    Job job;
    job.experiment = "patch";
    job.parameters = traceParameters(trace);
    for (const char* key : {"sites", "window", "first_positions"})  // a patch says itself where
        job.parameters.erase(key);
    job.parameters["patches"] = Json::array({m_what.toStdString()});
    job.parameters["top"] = 10;
    job.model = trace.model.toStdString();
    job.edits = trace.edits;
    job.jobClass = JobClass::Selection;
    job.tag = "cell";
    m_patchTicket = 0;
    m_patchTrace = trace.id;
    m_patchTicket = m_engine.submitAsIs(job);
    Q_EMIT patchStarted(m_what);
}

void CellProbe::column(const Trace& trace, int pos)
{
    Job job;
    job.experiment = "trace";
    job.parameters = traceParameters(trace);
    job.parameters["first_positions"] = Json::array({std::to_string(pos)});
    job.model = trace.model.toStdString();
    job.edits = trace.edits;
    job.jobClass = JobClass::Selection;
    job.tag = "column";
    m_columnTrace = trace.id;
    m_columnPos = pos;
    m_columnTicket = m_engine.submitAsIs(job);
}

void CellProbe::cancel()
{
    m_engine.cancel(m_patchTicket);
    m_engine.cancel(m_columnTicket);
}

void CellProbe::onPatch(const Event& event)
{
    if (!isLast(event))
        return;
    m_patchTicket = 0;
    const bool shown = m_store.current() && m_store.current()->id == m_patchTrace;
    if (const auto* finished = std::get_if<Finished>(&event); finished && finished->result && shown)
        Q_EMIT patchReady(m_what, finished->result);
    if (const auto* failure = std::get_if<Failed>(&event))
        Q_EMIT failed(failure->error);
}

void CellProbe::onColumn(const Event& event)
{
    ResultPtr result;
    if (const auto* partial = std::get_if<Partial>(&event))
        result = partial->result;
    if (const auto* finished = std::get_if<Finished>(&event))
        result = finished->result;
    if (result)
        m_store.setResult(m_columnTrace, result);
    if (isLast(event))
        m_columnTicket = 0;
    else if (result && columnComputed(*result, m_columnPos))
        m_engine.cancel(m_columnTicket);  // the rest is the long trace's business
    if (const auto* failure = std::get_if<Failed>(&event))
        Q_EMIT failed(failure->error);
}

}  // namespace mnemo
