// SPDX-License-Identifier: GPL-3.0-or-later
// EngineClient: tickets, models and events. The process is in engine_client.cpp.
#include "ui/engine_client.h"

#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

const std::string loading = "model/load";

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
    Job job;
    job.experiment = loading;
    job.parameters = {{"model", model.toStdString()}};
    m_loading = m_nextTicket++;
    m_jobs[m_loading] = {job};
    Q_EMIT jobSubmitted(m_loading, job);
    const JobId ticket = m_loading;
    send(ticket);
    return ticket;
}

JobId EngineClient::submit(Job job)
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
    if (loads(job))
        m_rpc.loadModel({job.parameters.at("model")}, then, refused);
    else
        m_rpc.submit(job, then, refused);
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
            it != m_jobs.end() && (loads(it->second.job) || !m_jobs.contains(m_loading)))
            send(ticket);
}

void EngineClient::onRefused(JobId ticket, const Error& error)
{
    const auto it = m_jobs.find(ticket);
    if (it == m_jobs.end() || error.code == ErrorCode::EngineLost)
        return;  // lose() reports those
    const bool ours = it->second.job.model.empty() || it->second.job.model == modelHash();
    if (error.code == ErrorCode::UnknownModel && !loads(it->second.job) && !it->second.repeated && ours &&
        !m_modelName.isEmpty()) {
        it->second.repeated = true;
        it->second.sent = false;  // sent again when the model is there
        loadModel(m_modelName);
        return;
    }
    const Job job = it->second.job;
    m_jobs.erase(it);
    Q_EMIT jobChanged(ticket, Failed{error});
    if (loads(job)) {
        keepLoadedModel();
        Q_EMIT modelFailed(error);
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
    if (const auto* finished = std::get_if<Finished>(&event); finished && finished->result) {
        m_model = finished->result->model;
        m_loadedModel = m_modelName;
        Q_EMIT modelLoaded();
    } else if (const auto* failed = std::get_if<Failed>(&event)) {
        keepLoadedModel();
        Q_EMIT modelFailed(failed->error);
    }
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
