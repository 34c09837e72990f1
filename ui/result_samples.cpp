// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/result_samples.h"

#include "ui/rows_table.h"
#include "widgets/json_value.h"
#include "widgets/token_chips.h"

#include <QCheckBox>
#include <QVBoxLayout>

namespace mnemo {

void ResultSamplesModel::setRelations(const Json& relations, bool onlyWrong)
{
    beginResetModel();
    m_rows.clear();
    for (const Json& relation : relations) {
        int number = 0;
        for (const Json& trial : jsonMember(relation, "trials")) {
            ++number;
            for (const Json& sample : jsonMember(trial, "samples")) {
                const bool right = jsonFlag(sample, "right");
                if (right && onlyWrong)
                    continue;
                m_rows.push_back({jsonText(relation, "name"), jsonText(sample, "subject"), jsonText(sample, "object"),
                                  shownToken(jsonText(sample, "model").toStdString()),
                                  shownToken(jsonText(sample, "lre").toStdString()), jsonText(trial, "layer"), number,
                                  right});
            }
        }
    }
    endResetModel();
}

Json ResultSamplesModel::question(int row) const
{
    const Row& one = m_rows[std::size_t(row)];
    return {{"relation", one.relation.toStdString()},
            {"subject", one.subject.toStdString()},
            {"layer", one.layer.toStdString()}};
}

int ResultSamplesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ResultSamplesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QVariant ResultSamplesModel::data(const QModelIndex& index, int role) const
{
    if (role != Qt::DisplayRole && role != Qt::UserRole)
        return {};
    const Row& row = m_rows[std::size_t(index.row())];
    switch (index.column()) {
        case Relation:
            return row.relation;
        case Trial:
            return row.trial;
        case Subject:
            return row.subject;
        case Object:
            return row.object;
        case Model:
            return row.model;
        case Map:
            return role == Qt::UserRole || row.right ? row.map : tr("%1 ✗").arg(row.map);
        default:
            return row.layer;
    }
}

QVariant ResultSamplesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
    static const QStringList titles{tr("Relation"),       tr("Trial"),        tr("Subject"), tr("Object"),
                                    tr("The model says"), tr("The map says"), tr("Layer")};
    if (role == Qt::ToolTipRole && section == Map)
        return tr("At the trial's best layer and β; ✗: no beginning of the object");
    return role == Qt::DisplayRole ? QVariant(titles[section]) : QVariant();
}

ResultSamples::ResultSamples(QWidget* parent)
    : QWidget(parent),
      m_model(new ResultSamplesModel(this)),
      m_table(new RowsTable(m_model, this)),
      m_onlyWrong(new QCheckBox(tr("Only where the map is &wrong"), this))
{
    m_table->setObjectName("resultSamples");
    m_table->setAccessibleName(tr("Test facts of the linear decoding"));
    m_table->setToolTip(tr("Double click: this fact through the map, and moved to say something else"));
    m_table->setWidths({150, 50, 150, 110, 110, 110});
    m_onlyWrong->setObjectName("onlyWrong");
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(m_onlyWrong);
    box->addWidget(m_table);
    connect(m_onlyWrong, &QCheckBox::toggled, this, [this] { setRelations(m_relations); });
    connect(m_table, &RowsTable::rowChosen, this, [this](int row) { Q_EMIT factChosen(m_model->question(row)); });
}

void ResultSamples::setRelations(const Json& relations)
{
    m_relations = relations;
    m_samples = 0;
    for (const Json& relation : relations)
        for (const Json& trial : jsonMember(relation, "trials"))
            m_samples += int(jsonMember(trial, "samples").size());
    m_model->setRelations(relations, m_onlyWrong->isChecked());
}

}  // namespace mnemo
