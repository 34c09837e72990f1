// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fact_table_model.h"

#include "widgets/number_text.h"

namespace mnemo {

FactTableModel::FactTableModel(const FactKnowledge& knowledge, QObject* parent)
    : QAbstractTableModel(parent), m_knowledge(knowledge)
{
}

void FactTableModel::setFile(FactFilePtr file)
{
    beginResetModel();
    m_file = std::move(file);
    m_rows.clear();
    m_templates.clear();
    if (m_file) {
        m_templates.assign(m_file->relations.size(), 0);
        for (std::size_t relation = 0; relation < m_file->relations.size(); ++relation)
            for (std::size_t sample = 0; sample < m_file->relations[relation].samples.size(); ++sample)
                m_rows.emplace_back(int(relation), int(sample));
    }
    m_standings.resize(m_rows.size());
    for (int row = 0; row < rowCount(); ++row)
        lookUp(row);
    endResetModel();
}

const FactSample& FactTableModel::sample(int row) const
{
    const auto [relation, sample] = m_rows[std::size_t(row)];
    return m_file->relations[std::size_t(relation)].samples[std::size_t(sample)];
}

void FactTableModel::setTemplate(int relation, int index)
{
    if (m_templates[std::size_t(relation)] == index)
        return;
    m_templates[std::size_t(relation)] = index;
    refreshAnswers();
}

void FactTableModel::refreshAnswers()
{
    for (int row = 0; row < rowCount(); ++row)
        lookUp(row);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Known), index(rowCount() - 1, Known));
}

void FactTableModel::refreshAnswer(int row)
{
    if (row >= rowCount())
        return;
    lookUp(row);
    Q_EMIT dataChanged(index(row, Known), index(row, Known));
}

QString FactTableModel::promptTemplate(int row) const
{
    const int of = relationOf(row);
    return QString::fromStdString(relation(of).templates[std::size_t(templateOf(of))]);
}

FactQuestion FactTableModel::question(int row) const
{
    const FactSample& fact = sample(row);
    return {promptTemplate(row).replace(QLatin1String("{}"), QString::fromStdString(fact.subject)),
            QString::fromStdString(fact.object)};
}

int FactTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int FactTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QVariant FactTableModel::data(const QModelIndex& index, int role) const
{
    if (index.column() == Known)
        return answerData(index.row(), role);
    if (role == Qt::ToolTipRole)
        return question(index.row()).prompt;
    if (role != Qt::DisplayRole && role != Qt::UserRole)
        return {};
    const FactSample& fact = sample(index.row());
    switch (index.column()) {
        case RelationName:
            return QString::fromStdString(relation(relationOf(index.row())).name);
        case Subject:
            return QString::fromStdString(fact.subject);
        default:
            return QString::fromStdString(fact.object);
    }
}

/// A mark and the model's word: known as the authors judge, strictly so, or not.
QVariant FactTableModel::answerData(int row, int role) const
{
    if (role != Qt::DisplayRole && role != Qt::UserRole && role != Qt::ToolTipRole)
        return {};
    const FactAnswer* answer = m_knowledge.find(question(row));
    const bool none = !answer || answer->token.isEmpty();
    if (role == Qt::UserRole)
        return none ? -1.0 : (answer->lenient ? 2.0 : 0.0) + answer->p;
    if (none)
        return answer ? QStringLiteral("?") : QString();
    if (role == Qt::DisplayRole)
        return (answer->strict ? tr("✓ %1") : answer->lenient ? tr("≈ %1") : tr("✗ %1")).arg(answer->token);
    const QString how = answer->strict    ? tr("Known: the answer is the object's first token.")
                        : answer->lenient ? tr("Known in the authors' sense: the answer is a beginning of the object.")
                                          : tr("Not known: the answer is another one.");
    return tr("%1 → %2, p %3\n%4").arg(question(row).prompt, answer->token, probabilityText(answer->p), how);
}

QVariant FactTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
    static const QStringList titles{tr("Subject"), tr("Object"), tr("Model says"), tr("Relation")};
    static const QString help =
        tr("What the model answers: ✓ the object's first token (strict), ≈ a beginning of the object (lenient), ✗ "
           "something else. Asked in the background for the rows that are seen, and for all while the list is filtered "
           "by it.");
    if (role == Qt::ToolTipRole && section == Known)
        return help;
    return role == Qt::DisplayRole ? QVariant(titles[section]) : QVariant();
}

bool isKnownAs(KnownAs wanted, Standing standing)
{
    switch (wanted) {
        case KnownAs::Lenient:
            return standing == Standing::Lenient || standing == Standing::Strict;
        case KnownAs::Strict:
            return standing == Standing::Strict;
        case KnownAs::NotKnown:
            return standing == Standing::NotKnown;
        case KnownAs::NotAsked:
            return standing == Standing::NotAsked;
        default:
            return true;
    }
}

FactFilter::FactFilter(FactTableModel& facts, QObject* parent) : QSortFilterProxyModel(parent), m_facts(facts)
{
    setSourceModel(&facts);
    setSortRole(Qt::UserRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
}

void FactFilter::setRelation(int index)
{
    m_relation = index;
    invalidateFilter();
}

void FactFilter::setText(const QString& text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

void FactFilter::setKnown(KnownAs known)
{
    m_known = known;
    invalidateFilter();
}

bool FactFilter::filterAcceptsRow(int row, const QModelIndex&) const
{
    return isKnownAs(m_known, m_facts.standing(row)) && matches(row);
}

bool FactFilter::matches(int row) const
{
    if (m_relation >= 0 && m_facts.relationOf(row) != m_relation)
        return false;
    const FactSample& fact = m_facts.sample(row);
    return m_text.isEmpty() || QString::fromStdString(fact.subject).contains(m_text, Qt::CaseInsensitive) ||
           QString::fromStdString(fact.object).contains(m_text, Qt::CaseInsensitive);
}

}  // namespace mnemo
