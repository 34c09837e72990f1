// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/edit.h"
#include "core/data/result.h"

#include <QAbstractTableModel>
#include <QWidget>
#include <optional>
#include <vector>

class QComboBox;

namespace mnemo {

class RowsTable;

/// The cases of an evaluation, as the list "cases" of its head has them (docs/json.md): what is counted of each one at
/// one place of the model.
class ResultCasesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        Subject,
        TrueObject,
        NewObject,
        Probability,
        Efficacy,
        Paraphrase,
        Neighbourhood,
        Others,
        Prompt,
        Columns
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setCases(const Json& cases);
    void setPlace(const std::optional<EditPlace>& place);  ///< none: without an edit

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;  ///< Qt::UserRole: for sorting
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void findMeasures();
    double number(int row, Column column) const;  ///< NaN where there is none
    QString text(int row, Column column) const;
    QString problem(int row) const;

    Json m_cases = Json::array();
    std::vector<Json> m_measures;  ///< one per case, at the place
    std::optional<EditPlace> m_place;
};

/// The same as a table that can be sorted, with a choice of the place; a double click asks for the case's edit there.
class ResultCases : public QWidget
{
    Q_OBJECT

public:
    explicit ResultCases(QWidget* parent = nullptr);

    void setEvaluation(const Result& evaluation);
    RowsTable* table() const { return m_table; }
    QComboBox* places() const { return m_choice; }

Q_SIGNALS:
    void editChosen(int index, const mnemo::EditPlace& place);

private:
    void showPlace();

    ResultCasesModel* m_model;
    RowsTable* m_table;
    QComboBox* m_choice;
    std::vector<EditPlace> m_places;
};

}  // namespace mnemo
