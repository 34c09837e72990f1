// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fact_asking.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr std::size_t askedTogether = 32;  // rows that wait besides those seen
constexpr int tellEvery = 150;             // ms: counting goes over all rows

}  // namespace

FactAsking::FactAsking(FactKnowledge& knowledge, FactTableModel& facts, const FactFilter& filter, QObject* parent)
    : QObject(parent), m_knowledge(knowledge), m_facts(facts), m_filter(filter)
{
    m_tell.setSingleShot(true);
    m_tell.setInterval(tellEvery);
    connect(&m_tell, &QTimer::timeout, this, &FactAsking::counted);
    connect(&m_knowledge, &FactKnowledge::answered, this, &FactAsking::onAnswered);
    connect(&m_knowledge, &FactKnowledge::idle, this, &FactAsking::onIdle);
    connect(&m_knowledge, &FactKnowledge::stopped, this, [this] { setPaused(true); });
}

/// Rows that are not asked yet vanish once they are: among these nobody is asked.
void FactAsking::ask(const std::vector<int>& seen)
{
    std::vector<int> rows;
    if (m_filter.known() != KnownAs::NotAsked)
        rows = seen;
    if (hasMore() && !m_paused)
        std::ranges::copy(nextRows(), std::back_inserter(rows));
    std::vector<FactQuestion> questions;
    for (const int row : rows) {
        if (m_facts.standing(row) != Standing::NotAsked)
            continue;
        FactQuestion question = m_facts.question(row);
        if (m_knowledge.find(question)) {  // asked in another row
            m_facts.refreshAnswer(row);
            continue;
        }
        if (!m_askedRows.contains(question.key(), row))
            m_askedRows.insert(question.key(), row);
        questions.push_back(std::move(question));
    }
    m_knowledge.ask(std::move(questions));
}

std::vector<int> FactAsking::nextRows()
{
    std::vector<int> rows;
    for (m_end = m_next; m_end < m_rows.size() && rows.size() < askedTogether; ++m_end)
        if (m_facts.standing(m_rows[m_end]) == Standing::NotAsked)
            rows.push_back(m_rows[m_end]);
    return rows;
}

void FactAsking::restart()
{
    m_askedRows.clear();
    m_rows.clear();
    m_next = m_end = 0;
    for (int row = 0; m_filter.known() != KnownAs::Any && row < m_facts.rowCount(); ++row)
        if (m_filter.matches(row))
            m_rows.push_back(row);
    Q_EMIT goesOn();
    Q_EMIT counted();
}

void FactAsking::setPaused(bool paused)
{
    m_paused = paused;
    Q_EMIT goesOn();  // or stops: only what is seen is asked then
    Q_EMIT counted();
}

bool FactAsking::hasMore() const
{
    return m_filter.known() != KnownAs::NotAsked && m_next < m_rows.size();
}

FactAsking::Count FactAsking::count() const
{
    Count count;
    for (const int row : m_rows) {
        const Standing standing = m_facts.standing(row);
        ++count.all;
        count.asked += standing != Standing::NotAsked;
        count.fitting += isKnownAs(m_filter.known(), standing);
    }
    return count;
}

void FactAsking::onAnswered(const FactQuestion& question)
{
    const QList<int> rows = m_askedRows.values(question.key());
    m_askedRows.remove(question.key());
    for (const int row : rows)
        m_facts.refreshAnswer(row);
    if (!rows.isEmpty() && !m_tell.isActive())
        m_tell.start();
}

/// What could not be answered is passed over.
void FactAsking::onIdle()
{
    if (!hasMore() || m_paused)
        return;
    m_next = m_end;
    if (hasMore())
        Q_EMIT goesOn();
    else
        Q_EMIT counted();
}

}  // namespace mnemo
