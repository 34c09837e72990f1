// SPDX-License-Identifier: GPL-3.0-or-later
// EngineClient: tickets, models and events. The process is in engine_client.cpp.
#include "ui/engine_client.h"

#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

const std::string loading = "model/load";

/// The user's will: there is nothing to say about it.
Error stoppedError()
{
    return {ErrorCode::UnknownModel, "", ""};
}

bool loads(const Job& job)
{
    return job.experiment == loading;
}

}  // namespace

std::string EngineClient::modelHash() const
{
    return m_model.is_object() ? m_model.value("hash", "") : std::string();
}

JobId EngineClient::loadModel(const QString& model)
{
    if (m_jobs.contains(m_loading)) {
        if (m_modelName == model)
            return m_loading;
        cancel(std::exchange(m_loading, 0));  // replaced, not given up: nobody is told
    }
    m_modelName = model;
    m_loading = startLoading(model);
    const JobId ticket = m_loading;
    send(ticket);
    return ticket;
}

std::string EngineClient::besideHash() const
{
    return m_beside.is_object() ? m_beside.value("hash", "") : std::string();
}

void EngineClient::loadBeside(const QString& model)
{
    if (m_jobs.contains(m_besideLoading)) {
        if (m_besideName == model)
            return;
        cancel(std::exchange(m_besideLoading, 0));  // replaced, not given up: nobody is told
    }
    if (m_besideName != model)
        m_beside = {};
    m_besideName = model;
    if (model.isEmpty())
        return;
    m_besideLoading = startLoading(model);
    send(m_besideLoading);
}

JobId EngineClient::startLoading(const QString& model)
{
    Job job;
    job.experiment = loading;
    job.parameters = {{"model", model.toStdString()}};
    const JobId ticket = m_nextTicket++;
    m_jobs[ticket] = {job};
    Q_EMIT jobSubmitted(ticket, job);
    return ticket;
}

void EngineClient::keepEdit(const EditTerm& edit)
{
    m_edits.try_emplace(edit.hash, edit);
}

void EngineClient::setActiveEdits(std::map<std::string, std::vector<EditRef>> edits)
{
    m_activeEdits = std::move(edits);
}

std::vector<EditRef> EngineClient::activeEdits(const std::string& model) const
{
    const auto edits = m_activeEdits.find(model);
    return edits == m_activeEdits.end() ? std::vector<EditRef>{} : edits->second;
}

JobId EngineClient::submit(Job job)
{
    if (job.model.empty())
        job.model = modelHash();
    job.edits = activeEdits(job.model);
    return submitAsIs(std::move(job));
}

JobId EngineClient::submitAsIs(Job job)
{
    if (!job.tag.empty())
        for (auto it = m_jobs.begin(); it != m_jobs.end();) {
            const auto here = it++;
            if (here->second.job.tag == job.tag)
                cancel(here->first);
        }
    if (job.model.empty())
        job.model = modelHash();
    const JobId ticket = m_nextTicket++;
    m_jobs[ticket] = {job};
    Q_EMIT jobSubmitted(ticket, job);
    send(ticket);
    return ticket;
}

void EngineClient::send(JobId ticket)
{
    const auto it = m_jobs.find(ticket);
    if (it == m_jobs.end() || m_state != State::Ready)
        return;  // sendWaiting() comes back to it
    it->second.sent = true;
    const auto then = [this, ticket](JobId remote) {
        if (const auto job = m_jobs.find(ticket); job != m_jobs.end())
            job->second.remote = remote;
        else
            m_rpc.cancel(remote);  // cancelled while the answer was on its way
    };
    const auto refused = [this, ticket](const Error& error) { onRefused(ticket, error); };
    const Job job = it->second.job;
    if (loads(job)) {
        m_rpc.loadModel({job.parameters.at("model")}, then, refused);
    } else {
        uploadEdits(job.edits);
        m_rpc.submit(job, then, refused);
    }
    write();
}

void EngineClient::sendWaiting()
{
    std::vector<JobId> waiting;
    for (const auto& [ticket, entry] : m_jobs)
        if (!entry.sent)
            waiting.push_back(ticket);
    // A restarted engine holds no model: loading goes first, so that the rest is not refused in vain.
    std::ranges::stable_partition(waiting, [this](JobId ticket) { return loads(m_jobs.at(ticket).job); });
    for (const JobId ticket : waiting)
        if (const auto it = m_jobs.find(ticket);
            it != m_jobs.end() && (loads(it->second.job) || !m_jobs.contains(loadingOf(it->second.job))))
            send(ticket);
}

void EngineClient::onRefused(JobId ticket, const Error& error)
{
    const auto it = m_jobs.find(ticket);
    if (it == m_jobs.end() || error.code == ErrorCode::EngineLost)
        return;  // lose() reports those
    if (error.code == ErrorCode::UnknownModel && (sendWithEdits(ticket, error) || sendAfterLoading(ticket)))
        return;
    const Job job = it->second.job;
    m_jobs.erase(it);
    Q_EMIT jobChanged(ticket, Failed{error});
    if (loads(job)) {
        onLoaded(ticket, Failed{error});
        sendWaiting();  // what waited for it is told, too
    }
}

/// On their way before the job that names them: the engine answers in the order it is asked.
void EngineClient::uploadEdits(const std::vector<EditRef>& edits)
{
    for (const EditRef& edit : edits)
        if (const auto term = m_edits.find(edit.hash); term != m_edits.end() && m_uploaded.insert(edit.hash).second)
            m_rpc.putEdit(
                term->second, [] {}, [this, hash = edit.hash](const Error&) { m_uploaded.erase(hash); });
}

/// The engine keeps so many edits, and has dropped one that the job names: all of them once more.
bool EngineClient::sendWithEdits(JobId ticket, const Error& error)
{
    Entry& entry = m_jobs.at(ticket);
    const bool isOurs = std::ranges::any_of(entry.job.edits, [&](const EditRef& edit) {
        return m_edits.contains(edit.hash) && error.message.find(edit.hash) != std::string::npos;
    });
    if (!isOurs || entry.repeated)
        return false;
    entry.repeated = true;
    for (const EditRef& edit : entry.job.edits)
        m_uploaded.erase(edit.hash);
    send(ticket);
    return true;
}

/// Its model is one of ours, and the engine has started anew or made room for another one: once more, when it is there.
bool EngineClient::sendAfterLoading(JobId ticket)
{
    Entry& entry = m_jobs.at(ticket);
    const bool first = entry.job.model.empty() || entry.job.model == modelHash();
    const bool second = !first && entry.job.model == besideHash();
    if (loads(entry.job) || entry.repeated || (first ? m_modelName : second ? m_besideName : QString()).isEmpty())
        return false;
    entry.repeated = true;
    entry.sent = false;
    if (first)
        loadModel(m_modelName);
    else
        loadBeside(m_besideName);
    return true;
}

/// The ticket of the loading that a job has to wait for.
JobId EngineClient::loadingOf(const Job& job) const
{
    return !job.model.empty() && job.model == besideHash() && job.model != modelHash() ? m_besideLoading : m_loading;
}

void EngineClient::giveUpBeside(const Error& error)
{
    m_beside = {};
    m_besideName.clear();
    Q_EMIT besideFailed(error);
}

/// The last event of a job that loads a model.
void EngineClient::onLoaded(JobId ticket, const Event& event)
{
    const auto* finished = std::get_if<Finished>(&event);
    const auto* failed = std::get_if<Failed>(&event);
    const bool there = finished && finished->result;
    if (ticket == m_besideLoading) {
        if (!there)
            return giveUpBeside(failed ? failed->error : stoppedError());
        m_beside = finished->result->model;
        Q_EMIT besideLoaded();
    } else if (there) {
        m_model = finished->result->model;
        m_loadedModel = m_modelName;
        Q_EMIT modelLoaded();
    } else if (failed) {
        keepLoadedModel();
        Q_EMIT modelFailed(failed->error);
    }
}

/// A model that cannot be loaded must not be the one a restarted engine is asked for.
void EngineClient::keepLoadedModel()
{
    if (!m_loadedModel.isEmpty())
        m_modelName = m_loadedModel;
}

JobId EngineClient::ticketOf(JobId remote) const
{
    const auto it = std::ranges::find_if(m_jobs, [remote](const auto& job) { return job.second.remote == remote; });
    return it == m_jobs.end() || remote == 0 ? 0 : it->first;
}

/// Snapshots overtake each other; everything else is kept in order.
void EngineClient::onEvent(JobId remote, Event event)
{
    const JobId ticket = ticketOf(remote);
    if (ticket == 0)
        return;  // cancelled or replaced meanwhile: late news is no news
    if (auto* partial = std::get_if<Partial>(&event)) {
        m_jobs.at(ticket).newest = std::move(partial->result);
        if (!m_frame.isActive())
            m_frame.start();
        return;
    }
    flushNewest();
    handOut(ticket, event);
}

void EngineClient::handOut(JobId ticket, const Event& event)
{
    const auto it = m_jobs.find(ticket);
    if (it == m_jobs.end())
        return;
    const Job job = it->second.job;
    if (isLast(event))
        m_jobs.erase(it);
    if (std::holds_alternative<Finished>(event) && !loads(job))
        m_crashes = 0;  // it works; a model that kills it while loading is not asked for again and again
    Q_EMIT jobChanged(ticket, event);
    if (!loads(job) || !isLast(event))
        return;
    onLoaded(ticket, event);
    sendWaiting();
}

void EngineClient::flushNewest()
{
    m_frame.stop();
    std::vector<std::pair<JobId, ResultPtr>> newest;
    for (auto& [ticket, entry] : m_jobs)
        if (entry.newest)
            newest.emplace_back(ticket, std::exchange(entry.newest, nullptr));
    for (const auto& [ticket, result] : newest)
        Q_EMIT jobChanged(ticket, Partial{result});
}

void EngineClient::cancel(JobId ticket)
{
    const auto it = m_jobs.find(ticket);
    if (it == m_jobs.end())
        return;
    const Entry entry = it->second;
    if (entry.newest)  // what is done is kept
        Q_EMIT jobChanged(ticket, Partial{entry.newest});
    m_jobs.erase(ticket);
    if (entry.remote != 0) {
        m_rpc.cancel(entry.remote);
        write();
    }
    Q_EMIT jobCancelled(ticket);
    if (ticket == m_loading) {
        keepLoadedModel();
        Q_EMIT modelCancelled();
    }
    if (ticket == m_besideLoading)
        giveUpBeside(stoppedError());
}

void EngineClient::cancelAll()
{
    std::vector<JobId> tickets;
    for (const auto& [ticket, entry] : m_jobs)
        tickets.push_back(ticket);
    for (const JobId ticket : tickets)
        cancel(ticket);
}

void EngineClient::tokenize(const QString& text, Prefix prefix, std::function<void(const Prompt&)> then,
                            std::function<void(const Error&)> refused)
{
    const std::string hash = modelHash();
    if (m_state != State::Ready || hash.empty())
        return;
    m_rpc.tokenize(
        hash, text.toStdString(), prefix,
        [this, hash, then = std::move(then)](const Prompt& prompt) {
            if (hash == modelHash())
                then(prompt);
        },
        [refused = std::move(refused)](const Error& error) {
            if (refused && error.code != ErrorCode::EngineLost)
                refused(error);
        });
    write();
}

}  // namespace mnemo
