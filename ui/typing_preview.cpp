// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/typing_preview.h"

#include "ui/engine_client.h"
#include "widgets/token_chips.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr int mostCandidates = 120;  // tokenising one takes some tens of microseconds

TokenSpan spanOf(const Prompt& prompt, const FactForm& form)
{
    const int begin = subjectBegin(form);
    if (begin < 0)
        return {};
    try {
        return coveringTokens(prompt, begin, begin + codePoints(form.subject.toStdString()));
    } catch (const Failure&) {
        return {};
    }
}

FactForm swapped(FactForm form, const QString& swap)
{
    form.swap = swap;
    const QString text = corruptText(form);
    if (!form.prompt.contains("{}"))
        form.prompt = text;
    form.subject = swap;
    return form;
}

}  // namespace

TypingPreview::TypingPreview(EngineClient& engine, QObject* parent) : QObject(parent), m_engine(engine)
{
    connect(&m_engine, &EngineClient::jobChanged, this, [this](JobId ticket, const Event& event) {
        const bool clean = ticket == m_cleanTicket;
        if (!clean && ticket != m_corruptTicket && ticket != m_editedTicket)
            return;
        const RunRole run = roleOf(ticket);
        if (const auto* finished = std::get_if<Finished>(&event); finished && finished->result)
            Q_EMIT barsChanged(run, barsOf(finished->result->head.value("top", Json::array())));
        if (const auto* failure = std::get_if<Failed>(&event);
            failure && failure->error.code != ErrorCode::EngineLost) {
            Q_EMIT barsChanged(run, {});
            if (clean)
                Q_EMIT failed(failure->error);
        }
    });
}

Prefix TypingPreview::prefix() const
{
    try {
        return prefixFromName(m_form.prefix.toStdString());
    } catch (const Failure&) {
        return Prefix::None;
    }
}

void TypingPreview::show(const FactForm& form)
{
    const QString clean = cleanText(form);
    const QString corrupt = !form.swaps() || form.swap.isEmpty() ? QString() : corruptText(form);
    const bool prefixChanged = form.prefix != m_form.prefix;
    const bool cleanChanged = clean != m_clean || prefixChanged;
    const bool spanChanged = form.subject != m_form.subject || form.prompt != m_form.prompt;
    const bool corruptChanged = corrupt != m_corrupt || form.swap != m_form.swap || prefixChanged;
    m_form = form;
    m_clean = clean;
    m_corrupt = corrupt;
    if (cleanChanged || spanChanged)
        tokenizeClean();
    if (corruptChanged || spanChanged)
        tokenizeCorrupt();
    else
        report();
    if (cleanChanged) {
        predict(RunRole::Clean, m_clean);
        predictEdited();
    }
    if (corruptChanged)
        predict(RunRole::Corrupted, m_corrupt);
}

void TypingPreview::again()
{
    tokenizeClean();
    tokenizeCorrupt();
    predict(RunRole::Clean, m_clean);
    predictEdited();
    predict(RunRole::Corrupted, m_corrupt);
}

void TypingPreview::editsChanged()
{
    predictEdited();
}

void TypingPreview::tokenizeClean()
{
    const qint64 generation = ++m_generation;
    const FactForm form = m_form;
    m_subjectTokens = -1;
    const auto then = [this, generation, form](const Prompt& prompt) {
        if (generation != m_generation)
            return;
        const TokenSpan span = spanOf(prompt, form);
        m_subjectTokens = span.size() > 0 ? span.size() : -1;
        Q_EMIT cleanTokens(prompt, span);
        report();
        askSwaps();
    };
    m_engine.tokenize(m_clean, prefix(), then, [this, generation](const Error& error) {
        if (generation != m_generation)
            return;
        Q_EMIT cleanTokens({}, {});
        Q_EMIT failed(error);
    });
}

void TypingPreview::tokenizeCorrupt()
{
    m_swapTokens = -1;
    if (m_corrupt.isEmpty()) {
        Q_EMIT corruptTokens({}, {});
        report();
        return;
    }
    const QString text = m_corrupt;
    const FactForm form = swapped(m_form, m_form.swap);
    const auto then = [this, text, form](const Prompt& prompt) {
        if (text != m_corrupt)
            return;
        const TokenSpan span = spanOf(prompt, form);
        m_swapTokens = span.size() > 0 ? span.size() : -1;
        Q_EMIT corruptTokens(prompt, span);
        report();
    };
    m_engine.tokenize(text, prefix(), then, [this, text](const Error&) {
        if (text == m_corrupt)
            Q_EMIT corruptTokens({}, {});
    });
}

void TypingPreview::report()
{
    Q_EMIT lengthsKnown(m_subjectTokens, m_swapTokens);
}

void TypingPreview::predict(RunRole run, const QString& text)
{
    qint64& ticket = run == RunRole::Clean ? m_cleanTicket : run == RunRole::Edited ? m_editedTicket : m_corruptTicket;
    if (text.trimmed().isEmpty() || m_engine.modelHash().empty()) {
        m_engine.cancel(ticket);
        Q_EMIT barsChanged(run, {});
        return;
    }
    Job job;
    job.experiment = "predict";
    job.parameters = {{"prompt", text.toStdString()}, {"prefix", m_form.prefix.toStdString()}, {"top", 10}};
    job.jobClass = JobClass::Selection;
    job.tag = "bars-" + runName(run).toStdString();
    ticket = run == RunRole::Edited ? m_engine.submit(job) : m_engine.submitAsIs(job);
}

void TypingPreview::predictEdited()
{
    predict(RunRole::Edited, m_engine.activeEdits(m_engine.modelHash()).empty() ? QString() : m_clean);
}

RunRole TypingPreview::roleOf(qint64 ticket) const
{
    return ticket == m_cleanTicket ? RunRole::Clean : ticket == m_corruptTicket ? RunRole::Corrupted : RunRole::Edited;
}

void TypingPreview::findSwaps(const QStringList& candidates)
{
    if (candidates == m_candidates)
        return;
    m_candidates = candidates.mid(0, mostCandidates);
    if (m_subjectTokens > 0)
        askSwaps();
}

/// Each candidate is tokenised in its place in the sentence: its length may depend on what stands around it.
void TypingPreview::askSwaps()
{
    const qint64 generation = ++m_searchGeneration;
    m_search = {};
    m_search.tokens = std::max(0, m_subjectTokens);
    QStringList others = m_candidates;
    others.removeAll(m_form.subject);
    if (m_search.tokens == 0 || others.isEmpty()) {
        Q_EMIT swapsFound({}, m_search.tokens);
        return;
    }
    m_search.asked = int(others.size());
    const auto answered = [this, generation](const QString& candidate, int tokens) {
        if (generation != m_searchGeneration)
            return;
        if (tokens == m_search.tokens)
            m_search.found << candidate;
        if (++m_search.answered == m_search.asked)
            Q_EMIT swapsFound(m_search.found, m_search.tokens);
    };
    for (const QString& candidate : others) {
        const FactForm form = swapped(m_form, candidate);
        m_engine.tokenize(
            cleanText(form), prefix(),
            [answered, form, candidate](const Prompt& prompt) { answered(candidate, spanOf(prompt, form).size()); },
            [answered, candidate](const Error&) { answered(candidate, 0); });
    }
}

}  // namespace mnemo
