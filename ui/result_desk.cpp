// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/result_desk.h"

#include "core/io/paths.h"
#include "core/io/sha256.h"
#include "ui/edit_stack.h"
#include "ui/sites_beside.h"
#include "widgets/json_value.h"

#include <QDir>
#include <QFile>
#include <algorithm>

namespace mnemo {
namespace {

bool isOfOnePrompt(const Json& parameters)
{
    return parameters.value("prompt", Json("")) != "";
}

/// One prompt is waited for; many facts leave the engine to whoever asks for a moment.
JobClass classOf(const Json& parameters)
{
    return isOfOnePrompt(parameters) ? JobClass::Visible : JobClass::Batch;
}

/// In the cache folder, where nobody has put anything: they may be thrown away. Experiments without records have no
/// such parameter; one prompt is soon asked again.
bool areRecordsOurs(const Json& parameters)
{
    return parameters.value("records", Json()) == "" && !isOfOnePrompt(parameters);
}

}  // namespace

QString recordsFile(const std::string& model, const std::string& experiment, const Json& parameters)
{
    Json key = parameters;
    for (const char* irrelevant : {"records", "limit", "profile"})
        key.erase(irrelevant);
    const std::string name = sha256(model + experiment + key.dump()).substr(0, 32) + ".jsonl";
    return QString::fromStdString((cacheDir() / "records" / name).string());
}

ResultDesk::ResultDesk(EngineClient& engine, ResultStore& store, QObject* parent)
    : JobDesk(engine, store, parent), m_store(store)
{
    connect(&m_store, &ResultStore::removed, this, [this](int id) { stop(id); });
}

QString ResultDesk::recordsOf(const ResultEntry& entry) const
{
    return recordsFile(weightsHash(entry.model, entry.edits), entry.experiment, entry.parameters);
}

Job ResultDesk::jobOf(const ResultEntry& entry) const
{
    Job job;
    job.experiment = entry.experiment;
    job.parameters = entry.parameters;
    job.model = entry.model;
    job.edits = entry.edits;
    job.jobClass = classOf(entry.parameters);
    if (areRecordsOurs(entry.parameters)) {
        const QString file = recordsOf(entry);
        if (QDir().mkpath(QFileInfo(file).path()))  // else it is computed all the same, and cannot go on
            job.parameters["records"] = file.toStdString();
    }
    return job;
}

int ResultDesk::run(const ExperimentSchema& schema, const Json& parameters)
{
    return begin(schema, parameters, 0);
}

int ResultDesk::runOnBoth(const ExperimentSchema& schema, const Json& parameters)
{
    const int first = begin(schema, parametersBeside(m_engine, parameters, false), 0);
    if (first != 0)
        m_store.setBeside(first, begin(schema, parametersBeside(m_engine, parameters, true), first));
    return first;
}

/// @param beside the first model's entry, of a second model's; 0: it is the first one's
int ResultDesk::begin(const ExperimentSchema& schema, const Json& parameters, int beside)
{
    ResultEntry entry;
    ask(entry, beside != 0);
    entry.beside = beside;
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
    return start(std::move(entry));
}

/// Which of the engine's models is asked, and with which edits.
void ResultDesk::ask(ResultEntry& entry, bool second) const
{
    entry.model = second ? m_engine.besideHash() : m_engine.modelHash();
    entry.modelName = jsonText(second ? m_engine.besideModel() : m_engine.model(), "name");
    entry.edits = m_engine.activeEdits(entry.model);
}

int ResultDesk::start(ResultEntry entry)
{
    const JobId ticket = entry.ticket = m_engine.submitAsIs(jobOf(entry));
    const int id = m_store.begin(std::move(entry));
    follow(ticket, id);
    return id;
}

int ResultDesk::runAgain(int id)
{
    const ResultEntry* before = m_store.find(id);
    if (!before)
        return 0;
    ResultEntry entry;
    ask(entry, before->model == m_engine.besideHash() && before->model != m_engine.modelHash());
    if (entry.model.empty()) {
        Q_EMIT refused(noModelError());
        return 0;
    }
    entry.experiment = before->experiment;
    entry.title = before->title;
    entry.parameters = before->parameters;
    if (entry.parameters.contains("records"))
        entry.parameters["records"] = "";  // else it would find what was computed then
    const auto isSame = [&](const ResultEntry& one) {
        return one.state == JobState::Running && recordsOf(one) == recordsOf(entry);
    };
    if (std::ranges::any_of(m_store.all(), isSame)) {
        Q_EMIT refused({ErrorCode::Usage, tr("“%1” is being computed.").arg(titleOf(*before)).toStdString(),
                        tr("Wait until it is done, or stop it.").toStdString()});
        return 0;
    }
    if (areRecordsOurs(entry.parameters))
        QFile::remove(recordsOf(entry));
    return start(std::move(entry));
}

void ResultDesk::resume(int id)
{
    const ResultEntry* entry = m_store.find(id);
    if (!entry || entry->state == JobState::Running)
        return;
    std::vector<ResultEntry> wanted{*entry};
    if (const ResultEntry* other = m_store.partner(id); other && other->state == JobState::Stopped && !other->whole())
        wanted.push_back(*other);
    for (const ResultEntry& one : wanted) {
        m_startedAnew.erase(one.id);
        submitAgain(one);
    }
}

bool ResultDesk::stopBoth(int id)
{
    const ResultEntry* other = m_store.partner(id);
    const int second = other ? other->id : 0;
    const bool stopped = stop(second);
    return stop(id) || stopped;
}

void ResultDesk::submitAgain(const ResultEntry& entry)
{
    const JobId ticket = m_engine.submitAsIs(jobOf(entry));
    follow(ticket, entry.id);
    m_store.setTicket(entry.id, ticket);
}

bool ResultDesk::startAnew(int id, const Error& error)
{
    const ResultEntry* entry = m_store.find(id);
    if (!entry || !areRecordsOurs(entry->parameters))
        return false;
    const QString file = recordsOf(*entry);
    const bool inRecords = (error.code == ErrorCode::Usage || error.code == ErrorCode::Damaged) &&
                           QString::fromStdString(error.message).contains(file);
    if (!inRecords || !m_startedAnew.insert(id).second || !QFile::remove(file))
        return false;
    Q_EMIT logged(tr("Records that cannot be used were removed: %1").arg(QString::fromStdString(error.message)));
    submitAgain(*entry);
    return true;
}

}  // namespace mnemo
