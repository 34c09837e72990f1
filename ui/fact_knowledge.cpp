// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fact_knowledge.h"

#include "widgets/token_chips.h"

#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

FactAnswer answerOf(const Result& predict, const QString& object)
{
    FactAnswer answer;
    const Json& top = predict.head.value("top", Json::array());
    if (top.empty())
        return answer;
    const std::string text = top[0].value("text", "");
    const QString beginning = QString::fromStdString(text).trimmed();
    answer.token = shownToken(text);
    answer.p = top[0].value("p", 0.0);
    answer.strict = predict.head.value("target", Json::object()).value("rank", 1.0) == 0;
    answer.lenient = !beginning.isEmpty() && object.trimmed().startsWith(beginning, Qt::CaseInsensitive);
    return answer;
}

}  // namespace

Standing standingOf(const FactAnswer* answer)
{
    return !answer           ? Standing::NotAsked
           : answer->strict  ? Standing::Strict
           : answer->lenient ? Standing::Lenient
                             : Standing::NotKnown;
}

FactKnowledge::FactKnowledge(EngineClient& engine, QObject* parent) : QObject(parent), m_engine(engine)
{
    connect(&m_engine, &EngineClient::jobChanged, this, &FactKnowledge::onJobChanged);
    connect(&m_engine, &EngineClient::jobCancelled, this, [this](JobId ticket) {
        if (ticket == m_ticket) {  // everything was stopped: asked again when somebody looks
            m_ticket = 0;
            m_waiting.clear();
            Q_EMIT stopped();
        }
    });
}

const FactAnswer* FactKnowledge::find(const FactQuestion& question) const
{
    const auto it = m_answers.constFind(question.key());
    return it == m_answers.cend() ? nullptr : &*it;
}

void FactKnowledge::ask(std::vector<FactQuestion> questions)
{
    std::erase_if(questions, [this](const FactQuestion& question) {
        return find(question) != nullptr || (m_ticket != 0 && question == m_asked);
    });
    std::ranges::reverse(questions);
    m_waiting = std::move(questions);
    next();
}

void FactKnowledge::setPrefix(const QString& prefix)
{
    if (std::exchange(m_prefix, prefix) != prefix)
        clear();
}

void FactKnowledge::clear()
{
    m_answers.clear();
    m_waiting.clear();
    m_engine.cancel(std::exchange(m_ticket, 0));
}

void FactKnowledge::next()
{
    if (m_ticket != 0 || m_engine.modelHash().empty())
        return;
    while (!m_waiting.empty() && find(m_waiting.back()))
        m_waiting.pop_back();  // it stood there twice
    if (m_waiting.empty()) {
        Q_EMIT idle();
        return;
    }
    m_asked = std::move(m_waiting.back());
    m_waiting.pop_back();
    Job job;
    job.experiment = "predict";
    job.parameters = {{"prompt", m_asked.prompt.toStdString()},
                      {"prefix", m_prefix.toStdString()},
                      {"top", 1},
                      {"target", m_asked.object.toStdString()}};
    job.jobClass = JobClass::Background;
    m_ticket = m_engine.submit(job);
}

void FactKnowledge::onJobChanged(JobId ticket, const Event& event)
{
    if (ticket != m_ticket || !isLast(event))
        return;
    m_ticket = 0;
    if (const auto* failure = std::get_if<Failed>(&event); failure && failure->error.code == ErrorCode::EngineLost) {
        m_waiting.clear();  // asked again when a model is there and somebody looks
        return;
    }
    if (const auto* finished = std::get_if<Finished>(&event); finished && finished->result) {
        m_answers[m_asked.key()] = answerOf(*finished->result, m_asked.object);
        Q_EMIT answered(m_asked);
    }
    next();
}

}  // namespace mnemo
