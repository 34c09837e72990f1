// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/fact_set.h"
#include "ui/fact_form.h"

#include <QHash>
#include <QStringList>
#include <optional>
#include <vector>

namespace mnemo {

/// What the window knows of facts, for suggestions only: names to recognise, swaps of the same relation, and sentences
/// the shipped models were trained on.
class FactBook
{
public:
    struct Fact {
        QString prompt;  ///< with {}
        QString subject;
        QString object;
        QString relation;
    };

    explicit FactBook(const std::vector<Relation>& relations);
    static FactBook load(const QString& folder);  ///< resources/facts; empty when there are none

    bool isEmpty() const { return m_facts.empty(); }
    const QStringList& subjects() const { return m_subjects; }
    QStringList relations() const;                         ///< their names
    std::optional<Fact> find(const FactForm& form) const;  ///< the fact this sentence states about this subject

    /// Subjects of the same relation with another answer; of every relation of the subject when the sentence is none of
    /// the known ones.
    QStringList swaps(const FactForm& form) const;

    QStringList sentences(const QString& relation) const;   ///< with {}; those the shipped models never read come last
    QStringList sharing(const Fact& fact) const;            ///< other subjects of the relation with the same object
    std::vector<Fact> about(const QString& subject) const;  ///< one of each relation that knows it

    /// A fact to begin with, the n-th of those that make a good example.
    std::optional<Fact> example(int n = 0) const;

private:
    std::vector<Fact> m_facts;
    std::vector<std::pair<QString, QString>> m_templates;  ///< relation, sentence with {}
    QHash<QString, std::vector<int>> m_ofSubject;
    QHash<QString, std::vector<int>> m_ofRelation;
    QStringList m_subjects;
};

}  // namespace mnemo
