// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"
#include "ui/fact_form.h"

#include <QAbstractTableModel>
#include <QWidget>

class QTableView;

namespace mnemo {

class RowsTable;

/// The facts of an experiment, as the list "facts" of its head has them (docs/json.md).
class ResultFactsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Relation, Subject, Swap, Answer, Clean, Corrupted, Effect, Peak, Columns };

    using QAbstractTableModel::QAbstractTableModel;

    void setFacts(const Json& facts);  ///< a list that begins with the rows that are there only grows
    FactForm form(int row) const;      ///< the fact with its swap; its answer is the model's own

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;  ///< Qt::UserRole: for sorting
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    double number(int row, Column column) const;  ///< NaN where there is none
    QVariant peakData(int row, int role) const;

    Json m_facts = Json::array();
};

/// The same as a table that can be sorted; a double click asks for the fact.
class ResultFacts : public QWidget
{
    Q_OBJECT

public:
    explicit ResultFacts(QWidget* parent = nullptr);

    void setFacts(const Json& facts) { m_model->setFacts(facts); }
    void setPeaksShown(bool shown);  ///< only averages look for them
    QTableView* table() const;

Q_SIGNALS:
    void factChosen(const mnemo::FactForm& form);

private:
    ResultFactsModel* m_model;
    RowsTable* m_table;
};

}  // namespace mnemo
