// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fact_book.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <algorithm>

namespace mnemo {
namespace {

// The papers' own example, and a fact whose trace shows what there is to see in the shipped model.
const QString exampleRelation = QStringLiteral("place in city");
const QString exampleSubject = QStringLiteral("Buckingham Palace");

/// The sentence with {} in the subject's place, as templates are written.
QString asTemplate(const FactForm& form)
{
    if (form.prompt.contains("{}"))
        return form.prompt;
    QString sentence = form.prompt;
    const int at = form.subject.isEmpty() ? -1 : int(sentence.lastIndexOf(form.subject));
    return at < 0 ? QString() : sentence.replace(at, form.subject.size(), "{}");
}

}  // namespace

FactBook FactBook::load(const QString& folder)
{
    FactBook book;
    for (const QString& name : QDir(folder).entryList({"*.json"}, QDir::Files, QDir::Name)) {
        QFile file(folder + QLatin1Char('/') + name);
        if (!file.open(QIODevice::ReadOnly))
            continue;  // suggestions only: a file that cannot be read makes no suggestions
        const QJsonObject relation = QJsonDocument::fromJson(file.readAll()).object();
        const QString title = relation.value("name").toString(name);
        QString first;
        for (const char* key : {"prompt_templates", "held_out_templates"})
            for (const QJsonValue& sentence : relation.value(key).toArray()) {
                book.m_templates.emplace_back(title, sentence.toString());
                if (first.isEmpty())
                    first = sentence.toString();
            }
        for (const QJsonValue& sample : relation.value("samples").toArray()) {
            const int index = int(book.m_facts.size());
            const QString subject = sample.toObject().value("subject").toString();
            book.m_facts.push_back({first, subject, sample.toObject().value("object").toString(), title});
            book.m_ofSubject[subject].push_back(index);
            book.m_ofRelation[title].push_back(index);
        }
    }
    book.m_subjects = book.m_ofSubject.keys();
    book.m_subjects.sort();
    return book;
}

std::optional<FactBook::Fact> FactBook::find(const FactForm& form) const
{
    const QString sentence = asTemplate(form);
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

std::optional<FactBook::Fact> FactBook::example(int n) const
{
    QStringList relations = m_ofRelation.keys();
    if (relations.isEmpty() || n < 0)
        return std::nullopt;
    relations.sort();
    if (const auto at = relations.indexOf(exampleRelation); at > 0)
        relations.move(at, 0);
    const auto& facts = *m_ofRelation.constFind(relations[n % relations.size()]);
    const auto first = std::ranges::find_if(
        facts, [this](int index) { return m_facts[std::size_t(index)].subject == exampleSubject; });
    const auto begin = first == facts.end() ? 0 : first - facts.begin();
    return m_facts[std::size_t(facts[std::size_t(begin + n / relations.size()) % facts.size()])];
}

}  // namespace mnemo
