// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <QAbstractTableModel>
#include <QWidget>

class QCheckBox;

namespace mnemo {

class RowsTable;

/// The test facts of a linear decoding, as "relations" of its head has them (docs/json.md): what model and map say of
/// each, at the trial's best layer and β.
class ResultSamplesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Relation, Trial, Subject, Object, Model, Map, Layer, Columns };

    using QAbstractTableModel::QAbstractTableModel;

    void setRelations(const Json& relations, bool onlyWrong);
    Json question(int row) const;  ///< {"relation","subject","layer"} of one fact

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;  ///< Qt::UserRole: for sorting
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString relation, subject, object, model, map, layer;
        int trial = 0;
        bool right = false;
    };

    std::vector<Row> m_rows;
};

/// The same as a table that can be sorted, all of them or those that went wrong; a double click asks for one fact.
class ResultSamples : public QWidget
{
    Q_OBJECT

public:
    explicit ResultSamples(QWidget* parent = nullptr);

    void setRelations(const Json& relations);
    int samples() const { return m_samples; }  ///< wrong or not
    RowsTable* table() const { return m_table; }
    QCheckBox* onlyWrong() const { return m_onlyWrong; }

Q_SIGNALS:
    void factChosen(const mnemo::Json& question);

private:
    Json m_relations = Json::array();
    int m_samples = 0;
    ResultSamplesModel* m_model;
    RowsTable* m_table;
    QCheckBox* m_onlyWrong;
};

}  // namespace mnemo
