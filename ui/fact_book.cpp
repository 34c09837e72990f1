// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fact_book.h"

#include "core/data/error.h"

#include <QSet>
#include <algorithm>

namespace mnemo {
namespace {

// The papers' own example, and a fact whose trace shows what there is to see in the shipped model.
const QString exampleRelation = QStringLiteral("place in city");
const QString exampleSubject = QStringLiteral("Buckingham Palace");

}  // namespace

FactBook FactBook::load(const QString& folder)
{
    try {
        return FactBook(readFacts(folder.toStdString()).relations);
    } catch (const Failure&) {
        return FactBook({});  // suggestions only: a folder that cannot be read makes no suggestions
    }
}

FactBook::FactBook(const std::vector<Relation>& relations)
{
    for (const Relation& relation : relations) {
        const QString title = QString::fromStdString(relation.name);
        QString first;
        for (const auto* sentences : {&relation.templates, &relation.heldOutTemplates})
            for (const std::string& sentence : *sentences) {
                m_templates.emplace_back(title, QString::fromStdString(sentence));
                if (first.isEmpty())
                    first = m_templates.back().second;
            }
        for (const FactSample& sample : relation.samples) {
            const int index = int(m_facts.size());
            const QString subject = QString::fromStdString(sample.subject);
            m_facts.push_back({first, subject, QString::fromStdString(sample.object), title});
            m_ofSubject[subject].push_back(index);
            m_ofRelation[title].push_back(index);
        }
    }
    m_subjects = m_ofSubject.keys();
    m_subjects.sort();
}

std::optional<FactBook::Fact> FactBook::find(const FactForm& form) const
{
    const QString sentence = promptTemplate(form);
    for (const auto& [relation, known] : m_templates)
        if (known == sentence)
            for (const int index : m_ofSubject.value(form.subject))
                if (const Fact& fact = m_facts[std::size_t(index)]; fact.relation == relation)
                    return Fact{known, fact.subject, fact.object, relation};
    return std::nullopt;
}

QStringList FactBook::swaps(const FactForm& form) const
{
    const auto stated = find(form);
    QStringList found;
    QSet<QString> seen{form.subject};
    for (const int own : m_ofSubject.value(form.subject)) {
        const Fact& fact = m_facts[std::size_t(own)];
        if (stated && fact.relation != stated->relation)
            continue;
        for (const int index : m_ofRelation.value(fact.relation)) {
            const Fact& other = m_facts[std::size_t(index)];
            if (other.object != fact.object && !seen.contains(other.subject)) {
                seen.insert(other.subject);
                found << other.subject;
            }
        }
    }
    return found;
}

QStringList FactBook::relations() const
{
    QStringList names = m_ofRelation.keys();
    names.sort();
    return names;
}

QStringList FactBook::sentences(const QString& relation) const
{
    QStringList found;
    for (const auto& [of, sentence] : m_templates)
        if (of == relation)
            found << sentence;
    return found;
}

QStringList FactBook::sharing(const Fact& fact) const
{
    QStringList subjects;
    for (const int index : m_ofRelation.value(fact.relation))
        if (const Fact& other = m_facts[std::size_t(index)];
            other.object == fact.object && other.subject != fact.subject && !subjects.contains(other.subject))
            subjects << other.subject;
    return subjects;
}

std::vector<FactBook::Fact> FactBook::about(const QString& subject) const
{
    std::vector<Fact> facts;
    for (const int index : m_ofSubject.value(subject)) {
        const Fact& fact = m_facts[std::size_t(index)];
        if (std::ranges::find(facts, fact.relation, &Fact::relation) == facts.end())
            facts.push_back(fact);
    }
    return facts;
}

std::optional<FactBook::Fact> FactBook::example(int n) const
{
    QStringList relations = this->relations();
    if (relations.isEmpty() || n < 0)
        return std::nullopt;
    if (const auto at = relations.indexOf(exampleRelation); at > 0)
        relations.move(at, 0);
    const auto& facts = *m_ofRelation.constFind(relations[n % relations.size()]);
    const auto first = std::ranges::find_if(
        facts, [this](int index) { return m_facts[std::size_t(index)].subject == exampleSubject; });
    const auto begin = first == facts.end() ? 0 : first - facts.begin();
    return m_facts[std::size_t(facts[std::size_t(begin + n / relations.size()) % facts.size()])];
}

}  // namespace mnemo
