// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/result_facts.h"

#include "ui/rows_table.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"
#include "widgets/token_chips.h"

#include <QVBoxLayout>
#include <cmath>

namespace mnemo {

void ResultFactsModel::setFacts(const Json& facts)
{
    const std::size_t before = m_facts.size();
    const bool grows = facts.size() >= before && (before == 0 || facts[before - 1] == m_facts[before - 1]);
    if (!grows) {
        beginResetModel();
        m_facts = facts;
        endResetModel();
    } else if (facts.size() > before) {
        beginInsertRows({}, int(before), int(facts.size()) - 1);
        m_facts = facts;
        endInsertRows();
    }
}

FactForm ResultFactsModel::form(int row) const
{
    const Json fact = jsonMember(m_facts[std::size_t(row)], "fact");
    FactForm form;
    form.prompt = jsonText(fact, "template");
    form.subject = jsonText(fact, "subject");
    form.swap = jsonText(fact, "swap");
    return form;
}

int ResultFactsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_facts.size());
}

int ResultFactsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Columns;
}

double ResultFactsModel::number(int row, Column column) const
{
    const Json& entry = m_facts[std::size_t(row)];
    const double clean = jsonNumber(entry, "p_clean"), corrupt = jsonNumber(entry, "p_corrupt");
    return column == Clean ? clean : column == Corrupted ? corrupt : clean - corrupt;
}

/// "h 5, s 3": per site the layer; sorted by the first one. Sessions of earlier versions have none.
QVariant ResultFactsModel::peakData(int row, int role) const
{
    const Json peaks = jsonMember(m_facts[std::size_t(row)], "peaks");
    QStringList parts;
    int first = -1;
    for (const auto& [site, layer] : peaks.items()) {
        if (!layer.is_number_integer())
            continue;
        first = parts.isEmpty() ? layer.get<int>() : first;
        parts << tr("%1 %2").arg(QString::fromStdString(site)).arg(layer.get<int>());
    }
    if (role == Qt::UserRole)
        return first;
    return parts.isEmpty() ? QStringLiteral("·") : parts.join(QStringLiteral(", "));
}

QVariant ResultFactsModel::data(const QModelIndex& index, int role) const
{
    const bool isNumber = index.column() >= Clean && index.column() <= Effect;
    if (role == Qt::TextAlignmentRole && isNumber)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::UserRole)
        return {};
    if (isNumber) {
        const double value = number(index.row(), Column(index.column()));
        if (role == Qt::UserRole)
            return value;
        return std::isnan(value) ? QString() : probabilityText(value);
    }
    if (index.column() == Peak)
        return peakData(index.row(), role);
    const Json& entry = m_facts[std::size_t(index.row())];
    const Json fact = jsonMember(entry, "fact");
    const QString answer = jsonText(entry, "target");
    switch (index.column()) {
        case Relation:
            return jsonText(fact, "relation");
        case Subject:
            return jsonText(fact, "subject");
        case Swap:
            return jsonText(fact, "swap");
        default:
            return answer.isEmpty() ? jsonText(fact, "object") : shownToken(answer.toStdString());
    }
}

QVariant ResultFactsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
    static const QStringList titles{tr("Relation"), tr("Subject"),     tr("Swap"),   tr("Answer"),
                                    tr("p clean"),  tr("p corrupted"), tr("Effect"), tr("Peak")};
    if (role == Qt::ToolTipRole && section == Effect)
        return tr("What the answer loses by the swap: p clean − p corrupted");
    if (role == Qt::ToolTipRole && section == Peak)
        return tr(
            "For each site the layer where the effect at the subject's last token is largest, as the page Peaks "
            "counts them");
    return role == Qt::DisplayRole ? QVariant(titles[section]) : QVariant();
}

ResultFacts::ResultFacts(QWidget* parent)
    : QWidget(parent), m_model(new ResultFactsModel(this)), m_table(new RowsTable(m_model, this))
{
    m_table->setObjectName("resultFacts");
    m_table->setAccessibleName(tr("Facts of the experiment"));
    m_table->setToolTip(tr("Double click: put the fact into the prompt and trace it"));
    m_table->setWidths({90, 140, 130, 80, 62, 85, 60});
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(m_table);
    setPeaksShown(false);
    connect(m_table, &RowsTable::rowChosen, this, [this](int row) { Q_EMIT factChosen(m_model->form(row)); });
}

QTableView* ResultFacts::table() const
{
    return m_table;
}

void ResultFacts::setPeaksShown(bool shown)
{
    m_table->setColumnHidden(ResultFactsModel::Peak, !shown);
}

}  // namespace mnemo
