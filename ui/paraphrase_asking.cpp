// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/paraphrase_asking.h"

#include "widgets/json_value.h"

#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

constexpr int continuationTokens = 20;
constexpr int atOnce = 16;  // rows that are not seen
constexpr int toldAtOnce = 6;

}  // namespace

ParaphraseAsking::ParaphraseAsking(EngineClient& engine, QObject* parent) : QObject(parent), m_engine(engine)
{
    connect(&m_engine, &EngineClient::jobChanged, this, [this](JobId ticket, const Event& event) {
        if (ticket == m_ticket && ticket != 0 && isLast(event))
            onLast(event);
    });
    connect(&m_engine, &EngineClient::jobCancelled, this, [this](JobId ticket) {
        if (ticket == m_ticket && std::exchange(m_ticket, 0) != 0)
            m_waiting.clear();  // everything was stopped: asked again at the next change
    });
}

void ParaphraseAsking::ask(const EditedFact& fact, const QStringList& prompts, std::vector<int> order, int seen)
{
    stop();
    m_fact = fact;
    QStringList first, others;
    for (std::size_t i = 0; i < order.size(); ++i)
        (int(i) < seen ? first : others) << prompts[order[i]];
    const Batch told{{}, continuationTokens, JobClass::Background};
    add(first, int(first.size()), {{}, 0, JobClass::Visible});
    add(others, atOnce, {{}, 0, JobClass::Background});
    add(first, toldAtOnce, told);
    add(others, toldAtOnce, told);
    std::ranges::reverse(m_waiting);
    next();
}

void ParaphraseAsking::add(const QStringList& prompts, int size, const Batch& like)
{
    for (int i = 0; i < prompts.size(); i += size) {
        Batch batch = like;
        batch.prompts = prompts.mid(i, size);
        m_waiting.push_back(std::move(batch));
    }
}

void ParaphraseAsking::stop()
{
    m_waiting.clear();
    m_engine.cancel(std::exchange(m_ticket, 0));
}

void ParaphraseAsking::next()
{
    if (m_waiting.empty() || m_engine.modelHash().empty())
        return;
    m_asked = std::move(m_waiting.back());
    m_waiting.pop_back();
    Json prompts = Json::array();
    for (const QString& prompt : m_asked.prompts)
        prompts.push_back(prompt.toStdString());
    Job job;
    job.experiment = "prompts";
    job.parameters = {{"prompts", std::move(prompts)},
                      {"old", m_fact.oldObject.toStdString()},
                      {"new", m_fact.newObject.toStdString()},
                      {"prefix", m_fact.form.prefix.toStdString()},
                      {"tokens", m_asked.tokens}};
    job.jobClass = m_asked.jobClass;
    m_ticket = m_engine.submit(std::move(job));
}

void ParaphraseAsking::onLast(const Event& event)
{
    m_ticket = 0;
    if (const auto* failure = std::get_if<Failed>(&event))
        onFailed(failure->error);
    if (const auto* done = std::get_if<Finished>(&event); done && done->result) {
        const Json rows = jsonMember(done->result->head, "rows");
        for (std::size_t i = 0; i < rows.size() && qsizetype(i) < m_asked.prompts.size(); ++i)
            Q_EMIT answered(m_asked.prompts[qsizetype(i)], answerFromJson(jsonMember(rows[i], "before")),
                            answerFromJson(jsonMember(rows[i], "after")));
    }
    if (m_ticket == 0)  // nobody asked for something else meanwhile
        next();
}

/// One prompt that cannot be asked keeps the others of its job from an answer: each by itself, then.
void ParaphraseAsking::onFailed(const Error& error)
{
    if (error.code == ErrorCode::EngineLost) {
        m_waiting.clear();
        return;
    }
    if (m_asked.prompts.size() == 1) {
        Q_EMIT refused(m_asked.prompts.first(), error);
        return;
    }
    for (auto prompt = m_asked.prompts.crbegin(); prompt != m_asked.prompts.crend(); ++prompt)
        m_waiting.push_back({{*prompt}, m_asked.tokens, m_asked.jobClass});
}

}  // namespace mnemo
