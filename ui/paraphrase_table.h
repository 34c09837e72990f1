// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/paraphrase_rows.h"

#include <QAbstractTableModel>
#include <array>

namespace mnemo {

class Glossary;

/// The sentences around an edit as rows, with p of both objects before and after.
class ParaphraseTable : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Kind, Prompt, OldP, NewP, Rank, Top, Verdict, Columns };

    using QAbstractTableModel::QAbstractTableModel;

    void explain(const Glossary& glossary);  ///< the columns' tooltips
    void setRows(std::vector<ParaphraseRow> rows);
    void addOwn(const QStringList& prompts);  ///< those that are not there yet
    void removeRows(std::vector<int> rows);   ///< only own ones go
    QStringList own() const;
    void setOwn(const QStringList& prompts);  ///< the others of the user's own go
    const std::vector<ParaphraseRow>& rows() const { return m_rows; }
    void setStale();  ///< answers are of other weights: dimmed until they come
    void setAnswer(int row, RowAnswer before, RowAnswer after);
    void setProblem(int row, const QString& problem);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;  ///< Qt::UserRole: for sorting
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const ParaphraseRow& row, int column) const;
    QVariant order(const ParaphraseRow& row, int column) const;
    void rowChanged(int row);

    std::vector<ParaphraseRow> m_rows;
    std::array<QString, Columns> m_help;
};

}  // namespace mnemo
