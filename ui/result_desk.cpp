// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/result_desk.h"

#include "core/io/paths.h"
#include "core/io/sha256.h"

#include <QDir>

namespace mnemo {
namespace {

/// One prompt is waited for; many facts leave the engine to whoever asks for a moment.
JobClass classOf(const Json& parameters)
{
    return parameters.value("prompt", Json("")) == "" ? JobClass::Batch : JobClass::Visible;
}

}  // namespace

QString recordsFile(const std::string& model, const Json& parameters)
{
    Json key = parameters;
    for (const char* irrelevant : {"records", "limit"})
        key.erase(irrelevant);
    const std::string name = sha256(model + key.dump()).substr(0, 32) + ".jsonl";
    return QString::fromStdString((cacheDir() / "records" / name).string());
}

ResultDesk::ResultDesk(EngineClient& engine, ResultStore& store, QObject* parent)
    : JobDesk(engine, store, parent), m_store(store)
{
    connect(&m_store, &ResultStore::removed, this, [this](int id) { stop(id); });
}

Job ResultDesk::jobOf(const ResultEntry& entry) const
{
    Job job;
    job.experiment = entry.experiment;
    job.parameters = entry.parameters;
    job.model = entry.model;
    job.jobClass = classOf(entry.parameters);
    if (job.parameters.value("records", Json()) == "") {
        const QString file = recordsFile(entry.model, entry.parameters);
        if (QDir().mkpath(QFileInfo(file).path()))  // else it is computed all the same, and cannot go on
            job.parameters["records"] = file.toStdString();
    }
    return job;
}

int ResultDesk::run(const ExperimentSchema& schema, const Json& parameters)
{
    ResultEntry entry;
    entry.model = m_engine.modelHash();
    if (entry.model.empty()) {
        Q_EMIT refused(noModelError());
        return 0;
    }
    try {
        entry.parameters = schema.complete(parameters);
    } catch (const Failure& failure) {
        Q_EMIT refused(failure.error());
        return 0;
    }
    entry.experiment = schema.key;
    entry.title = QString::fromStdString(schema.title);
    const JobId ticket = entry.ticket = m_engine.submit(jobOf(entry));
    const int id = m_store.begin(std::move(entry));
    follow(ticket, id);
    return id;
}

void ResultDesk::resume(int id)
{
    const ResultEntry* entry = m_store.find(id);
    if (!entry || entry->state == JobState::Running)
        return;
    const JobId ticket = m_engine.submit(jobOf(*entry));
    follow(ticket, id);
    m_store.setTicket(id, ticket);
}

}  // namespace mnemo
