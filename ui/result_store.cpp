// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/result_store.h"

#include "widgets/json_value.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr std::size_t mostPast = 64;  // results that can come back

/// Where records are kept is nobody's business but this machine's: it goes into no session and no figure.
ResultPtr asAsked(const ResultPtr& result, const Json& parameters)
{
    if (result->parameters == parameters)
        return result;
    auto asked = std::make_shared<Result>(*result);
    asked->parameters = parameters;
    return asked;
}

}  // namespace

QString titleOf(const ResultEntry& entry)
{
    return entry.result && !entry.result->title.empty() ? QString::fromStdString(entry.result->title) : entry.title;
}

std::optional<std::pair<int, int>> factsDone(const ResultEntry& entry)
{
    if (entry.state == JobState::Running && entry.progress.unit == "facts")
        return std::pair(int(entry.progress.done), int(entry.progress.total));
    const Json& head = entry.result ? entry.result->head : Json();
    if (!head.is_object() || !head.contains("facts") || entry.result->done <= 0)
        return std::nullopt;
    const double facts = double(head["facts"].size());
    return std::pair(int(facts), int(facts / entry.result->done + 0.5));
}

ResultEntry* ResultStore::get(int id)
{
    const auto it = std::ranges::find(m_entries, id, &ResultEntry::id);
    return it == m_entries.end() ? nullptr : &*it;
}

const ResultEntry* ResultStore::find(int id) const
{
    const auto it = std::ranges::find(m_entries, id, &ResultEntry::id);
    return it == m_entries.end() ? nullptr : &*it;
}

const ResultEntry* ResultStore::partner(int id) const
{
    const ResultEntry* entry = find(id);
    const ResultEntry* other = entry ? find(entry->beside) : nullptr;
    return other && other->beside == id ? other : nullptr;
}

ResultPtr ResultStore::newest(const std::string& kind, const std::string& model) const
{
    for (auto entry = m_entries.rbegin(); entry != m_entries.rend(); ++entry)
        if (entry->result && entry->result->kind == kind && entry->model == model)
            return entry->result;
    return nullptr;
}

int ResultStore::begin(ResultEntry entry)
{
    const int id = entry.id = m_nextId++;
    m_entries.push_back(std::move(entry));
    Q_EMIT added(id);
    return id;
}

int ResultStore::add(const ResultPtr& result)
{
    ResultEntry entry;
    entry.experiment = result->kind;
    entry.title = QString::fromStdString(result->kind);
    entry.parameters = result->parameters;
    entry.model = jsonText(result->model, "hash").toStdString();
    entry.modelName = jsonText(result->model, "name");
    entry.edits = editsOf(*result);
    entry.result = result;
    entry.state = result->done < 1 ? JobState::Stopped : JobState::Finished;
    return begin(std::move(entry));
}

void ResultStore::setResult(int id, const ResultPtr& result)
{
    ResultEntry* entry = get(id);
    if (!entry || (entry->result && result->done < entry->result->done))
        return;
    entry->result = asAsked(result, entry->parameters);
    Q_EMIT changed(id);
}

void ResultStore::setProgress(int id, const Progress& progress)
{
    if (ResultEntry* entry = get(id)) {
        entry->progress = progress;
        Q_EMIT changed(id);
    }
}

void ResultStore::setState(int id, JobState state, const Error& error)
{
    if (ResultEntry* entry = get(id)) {
        entry->state = state;
        entry->error = error;
        if (state != JobState::Running)
            entry->ticket = 0;
        Q_EMIT changed(id);
    }
}

void ResultStore::setTicket(int id, JobId ticket)
{
    if (ResultEntry* entry = get(id)) {
        entry->ticket = ticket;
        entry->state = JobState::Running;
        entry->progress = {};
        entry->error = {};
        Q_EMIT changed(id);
    }
}

void ResultStore::setBeside(int id, int other)
{
    if (ResultEntry* entry = get(id); entry && entry->beside != other && other != id) {
        entry->beside = other;
        Q_EMIT changed(id);
    }
}

void ResultStore::setChoice(int id, const Json& choice)
{
    if (ResultEntry* entry = get(id); entry && entry->choice != choice) {
        entry->choice = choice;
        Q_EMIT changed(id);
    }
}

void ResultStore::remove(int id)
{
    const ResultEntry* gone = find(id);
    if (!gone)
        return;
    if (gone->result)
        m_past.push_back(*gone);
    if (m_past.size() > mostPast)
        m_past.erase(m_past.begin());
    std::erase_if(m_entries, [id](const ResultEntry& entry) { return entry.id == id; });
    for (ResultEntry& entry : m_entries)
        if (entry.beside == id)
            entry.beside = 0;
    Q_EMIT removed(id);
}

bool ResultStore::restore(int id)
{
    const auto gone = std::ranges::find(m_past, id, &ResultEntry::id);
    if (gone == m_past.end())
        return false;
    ResultEntry entry = std::move(*gone);
    m_past.erase(gone);
    entry.ticket = 0;  // its job ended with it
    if (entry.state == JobState::Running)
        entry.state = JobState::Stopped;
    if (!find(entry.beside))
        entry.beside = 0;
    const auto after = std::ranges::upper_bound(m_entries, id, {}, &ResultEntry::id);
    m_entries.insert(after, std::move(entry));
    Q_EMIT added(id);
    return true;
}

}  // namespace mnemo
