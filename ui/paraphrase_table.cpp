// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/paraphrase_table.h"

#include "ui/glossary.h"
#include "ui/theme.h"
#include "widgets/number_text.h"

#include <QApplication>
#include <QPalette>
#include <algorithm>
#include <functional>

namespace mnemo {
namespace {

QString change(const QString& before, const QString& after)
{
    return before == after ? after : QStringLiteral("%1 → %2").arg(before, after);
}

}  // namespace

void ParaphraseTable::explain(const Glossary& glossary)
{
    for (const auto& [column, key] :
         {std::pair{Kind, "row_kind"}, std::pair{OldP, "p_old"}, std::pair{NewP, "p_new"}, std::pair{Rank, "rank_new"},
          std::pair{Top, "top_token"}, std::pair{Verdict, "verdict"}})
        m_help[column] = glossary.text(QLatin1String(key));
}

void ParaphraseTable::setRows(std::vector<ParaphraseRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void ParaphraseTable::addOwn(const QStringList& prompts)
{
    for (const QString& prompt : prompts) {
        const QString text = prompt.trimmed();
        if (text.isEmpty() || std::ranges::find(m_rows, text, &ParaphraseRow::prompt) != m_rows.end())
            continue;
        const int end = int(m_rows.size());
        beginInsertRows({}, end, end);
        m_rows.push_back({RowKind::Own, text, {}, {}, {}});
        endInsertRows();
    }
}

void ParaphraseTable::removeRows(std::vector<int> rows)
{
    std::ranges::sort(rows, std::greater());
    for (const int row : rows)
        if (row < int(m_rows.size()) && m_rows[std::size_t(row)].kind == RowKind::Own) {
            beginRemoveRows({}, row, row);
            m_rows.erase(m_rows.begin() + row);
            endRemoveRows();
        }
}

QStringList ParaphraseTable::own() const
{
    QStringList prompts;
    for (const ParaphraseRow& row : m_rows)
        if (row.kind == RowKind::Own)
            prompts << row.prompt;
    return prompts;
}

void ParaphraseTable::setOwn(const QStringList& prompts)
{
    std::vector<int> gone;
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (!prompts.contains(m_rows[i].prompt))
            gone.push_back(int(i));
    removeRows(std::move(gone));
    addOwn(prompts);
}

void ParaphraseTable::setStale()
{
    for (ParaphraseRow& row : m_rows)
        row.stale = true;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
}

void ParaphraseTable::setAnswer(int row, RowAnswer before, RowAnswer after)
{
    ParaphraseRow& one = m_rows.at(std::size_t(row));
    one.before = std::move(before);
    one.after = std::move(after);
    one.problem.clear();
    rowChanged(row);
}

void ParaphraseTable::setProblem(int row, const QString& problem)
{
    ParaphraseRow& one = m_rows.at(std::size_t(row));
    one.before = one.after = std::nullopt;
    one.problem = problem;
    rowChanged(row);
}

void ParaphraseTable::rowChanged(int row)
{
    m_rows[std::size_t(row)].stale = false;
    Q_EMIT dataChanged(index(row, 0), index(row, Columns - 1));
}

int ParaphraseTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ParaphraseTable::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QString ParaphraseTable::text(const ParaphraseRow& row, int column) const
{
    if (column == Kind)
        return kindName(row.kind);
    if (column == Prompt)
        return row.prompt;
    if (column == Verdict && !row.problem.isEmpty())
        return tr("⚠ %1").arg(row.problem);
    if (!row.before || !row.after)
        return {};
    switch (column) {
        case OldP:
            return change(probabilityText(row.before->pOld), probabilityText(row.after->pOld));
        case NewP:
            return change(probabilityText(row.before->pNew), probabilityText(row.after->pNew));
        case Rank:
            return change(shortNumber(row.before->rankNew), shortNumber(row.after->rankNew));
        case Top:
            return change(row.before->top, row.after->top);
        default:
            break;
    }
    const std::optional<bool> good = verdict(row);
    return !good ? QString() : *good ? tr("✓ holds") : tr("✗ fails");
}

/// Numbers as after the edit; rows that fail come first.
QVariant ParaphraseTable::order(const ParaphraseRow& row, int column) const
{
    if (column == Kind)
        return int(row.kind);
    if (column == Verdict)
        return int(verdict(row).value_or(true)) + (verdict(row) ? 0 : 1);
    if (!row.after || column == Prompt || column == Top)
        return text(row, column);
    return column == OldP ? row.after->pOld : column == NewP ? row.after->pNew : row.after->rankNew;
}

QVariant ParaphraseTable::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_rows.size()))
        return {};
    const ParaphraseRow& row = m_rows[std::size_t(index.row())];
    if (role == Qt::DisplayRole)
        return text(row, index.column());
    if (role == Qt::UserRole)
        return order(row, index.column());
    if (role == Qt::ToolTipRole)
        return index.column() == Kind || index.column() == Verdict ? kindHelp(row.kind) : text(row, index.column());
    if (role == Qt::ForegroundRole) {
        const QPalette colours = QApplication::palette();
        if (row.stale && index.column() > Prompt)
            return colours.color(QPalette::Disabled, QPalette::Text);
        if (index.column() == Verdict && (!row.problem.isEmpty() || verdict(row) == false))
            return problemColour(colours);
    }
    return {};
}

QVariant ParaphraseTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    if (role == Qt::ToolTipRole)
        return m_help.at(std::size_t(section));
    const QString names[] = {tr("Kind"), tr("Prompt"), tr("p(o)"), tr("p(o*)"), tr("Rank"), tr("Top"), tr("Verdict")};
    return names[section];
}

}  // namespace mnemo
