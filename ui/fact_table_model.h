// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/fact_knowledge.h"
#include "ui/fact_reader.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

namespace mnemo {

/// The facts of one file, a row for each, with what the model answers to them as far as it was asked.
class FactTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Subject, Object, Known, RelationName, Columns };

    explicit FactTableModel(const FactKnowledge& knowledge, QObject* parent = nullptr);

    void setFile(FactFilePtr file);  ///< null empties it
    const FactFilePtr& file() const { return m_file; }
    const Relation& relation(int index) const { return m_file->relations[std::size_t(index)]; }
    int relationOf(int row) const { return m_rows[std::size_t(row)].first; }
    const FactSample& sample(int row) const;

    int templateOf(int relation) const { return m_templates[std::size_t(relation)]; }
    void setTemplate(int relation, int index);  ///< the sentence its facts are asked in
    QString promptTemplate(int row) const;
    FactQuestion question(int row) const;
    Standing standing(int row) const { return m_standings[std::size_t(row)]; }
    void refreshAnswer(int row);  ///< it is known now
    void refreshAnswers();        ///< another model, prefix or sentence

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;  ///< Qt::UserRole: for sorting
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant answerData(int row, int role) const;
    void lookUp(int row) { m_standings[std::size_t(row)] = standingOf(m_knowledge.find(question(row))); }

    const FactKnowledge& m_knowledge;
    FactFilePtr m_file;
    std::vector<std::pair<int, int>> m_rows;  ///< relation, sample
    std::vector<Standing> m_standings;        ///< of each row, as when it was last looked up
    std::vector<int> m_templates;             ///< of each relation, the chosen one
};

/// Which facts are wanted, by what the model says to them. What is known strictly is known leniently, too.
enum class KnownAs { Any, Lenient, Strict, NotKnown, NotAsked };
bool isKnownAs(KnownAs wanted, Standing standing);

/// The facts of one relation, or of all, whose subject or object contains a text, and which the model knows or not.
class FactFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit FactFilter(FactTableModel& facts, QObject* parent = nullptr);

    void setRelation(int index);  ///< −1: all
    void setText(const QString& text);
    void setKnown(KnownAs known);
    KnownAs known() const { return m_known; }
    bool matches(int row) const;  ///< relation and text, whatever the model says

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    FactTableModel& m_facts;
    int m_relation = -1;
    QString m_text;
    KnownAs m_known = KnownAs::Any;
};

}  // namespace mnemo
