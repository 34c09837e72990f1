// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/result_cases.h"

#include "ui/edit_request.h"
#include "ui/rows_table.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace mnemo {
namespace {

struct NumberColumn {
    const char* key;  ///< of the measures
    QString title;
    QString help;
};

const NumberColumn& numberColumn(ResultCasesModel::Column column)
{
    static const std::array<NumberColumn, 5> columns{
        {{"p", ResultCasesModel::tr("p new"),
          ResultCasesModel::tr("Probability of the new object in the last step of the search")},
         {"ES", ResultCasesModel::tr("ES"),
          ResultCasesModel::tr("100: the new object is more probable than the true one; else 0")},
         {"PS", ResultCasesModel::tr("PS"),
          ResultCasesModel::tr("Percent of the paraphrases where the new object is more probable than the true one")},
         {"NS", ResultCasesModel::tr("NS"),
          ResultCasesModel::tr("Percent of the neighbours where the true object stays the more probable one")},
         {"others_kept", ResultCasesModel::tr("Others kept"),
          ResultCasesModel::tr("Percent of the subject's other relations that have the same answer as before")}}};
    return columns[std::size_t(column - ResultCasesModel::Probability)];
}

bool isNumber(int column)
{
    return column >= ResultCasesModel::Probability && column <= ResultCasesModel::Others;
}

/// What is counted of a case's edit there; null where nothing is.
Json measuresAt(const Json& entry, const EditPlace& place)
{
    const auto edits = entry.is_object() ? entry.find("edits") : entry.end();  // long: looked at, not copied
    if (edits == entry.end() || !edits->is_array())
        return {};
    const auto found = std::ranges::find_if(*edits, [&place](const Json& edit) {
        return jsonNumber(edit, "layer") == place.layer && jsonText(edit, "matrix").toStdString() == place.matrix;
    });
    return found == edits->end() ? Json() : *found;
}

}  // namespace

void ResultCasesModel::setCases(const Json& cases)
{
    beginResetModel();
    m_cases = cases.is_array() ? cases : Json::array();
    findMeasures();
    endResetModel();
}

void ResultCasesModel::setPlace(const std::optional<EditPlace>& place)
{
    m_place = place;
    findMeasures();
    if (!m_cases.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
}

void ResultCasesModel::findMeasures()
{
    m_measures.clear();
    for (const Json& entry : m_cases)
        m_measures.push_back(m_place ? measuresAt(entry, *m_place) : jsonMember(entry, "before"));
}

int ResultCasesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_cases.size());
}

int ResultCasesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : Columns;
}

double ResultCasesModel::number(int row, Column column) const
{
    return jsonNumber(m_measures[std::size_t(row)], numberColumn(column).key);
}

QString ResultCasesModel::problem(int row) const
{
    return jsonText(m_measures[std::size_t(row)], "problem");
}

QString ResultCasesModel::text(int row, Column column) const
{
    const Json& entry = m_cases[std::size_t(row)];
    switch (column) {
        case Subject:
            return jsonText(entry, "subject");
        case TrueObject:
            return jsonText(entry, "target_true");
        case NewObject:
            return jsonText(entry, "target_new");
        default:
            return problem(row).isEmpty() ? jsonText(entry, "prompt") : tr("No edit: %1").arg(problem(row));
    }
}

QVariant ResultCasesModel::data(const QModelIndex& index, int role) const
{
    const auto column = Column(index.column());
    if (role == Qt::TextAlignmentRole && isNumber(column))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && !isNumber(column))
        return text(index.row(), column);
    if (role != Qt::DisplayRole && role != Qt::UserRole)
        return {};
    if (!isNumber(column))
        return text(index.row(), column);
    const double value = number(index.row(), column);
    if (role == Qt::UserRole)
        return std::isnan(value) ? -1.0 : value;  // below all there are: they are no negative numbers
    if (std::isnan(value))
        return QStringLiteral("–");
    return column == Probability ? probabilityText(value) : QString::number(value, 'f', 0);
}

QVariant ResultCasesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
    if (isNumber(section)) {
        const NumberColumn& column = numberColumn(Column(section));
        return role == Qt::DisplayRole   ? QVariant(column.title)
               : role == Qt::ToolTipRole ? QVariant(column.help)
                                         : QVariant();
    }
    if (role != Qt::DisplayRole)
        return {};
    return section == Subject      ? tr("Subject")
           : section == TrueObject ? tr("True object")
           : section == NewObject  ? tr("New object")
                                   : tr("Prompt");
}

ResultCases::ResultCases(QWidget* parent)
    : QWidget(parent),
      m_model(new ResultCasesModel(this)),
      m_table(new RowsTable(m_model, this)),
      m_choice(new QComboBox(this))
{
    m_table->setObjectName("resultCases");
    m_table->setAccessibleName(tr("Cases of the evaluation"));
    m_table->setToolTip(tr("Double click: search this case's edit in the dock “Edit a fact”"));
    m_table->setWidths({170, 110, 110, 62, 46, 46, 46, 90});
    m_choice->setObjectName("casesPlace");
    m_choice->setAccessibleName(tr("Where the edits are made"));
    auto* label = new QLabel(tr("&Edits of"), this);
    label->setBuddy(m_choice);
    auto* line = new QHBoxLayout;
    line->addWidget(label);
    line->addWidget(m_choice);
    line->addStretch();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(line);
    column->addWidget(m_table, 1);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &ResultCases::showPlace);
    connect(m_table, &RowsTable::rowChosen, this, [this](int row) {
        if (const int place = m_choice->currentIndex() - 1; place >= 0)
            Q_EMIT editChosen(row, m_places[std::size_t(place)]);
    });
}

void ResultCases::setEvaluation(const Result& evaluation)
{
    std::vector<EditPlace> places = placesOf(evaluation);
    m_model->setCases(jsonMember(evaluation.head, "cases"));
    if (places == m_places)
        return;
    m_places = std::move(places);
    {
        const QSignalBlocker quiet(m_choice);
        m_choice->clear();
        m_choice->addItem(tr("nothing: before any edit"));
        for (const EditPlace& place : m_places)
            m_choice->addItem(tr("%1, layer %2").arg(QString::fromStdString(place.matrix)).arg(place.layer));
        const auto best = bestPlace(evaluation);
        m_choice->setCurrentIndex(best ? int(std::ranges::find(m_places, *best) - m_places.begin()) + 1
                                       : 0);  // 0 is without an edit
    }
    showPlace();
}

void ResultCases::showPlace()
{
    const int place = m_choice->currentIndex() - 1;
    m_model->setPlace(place >= 0 ? std::optional(m_places[std::size_t(place)]) : std::nullopt);
}

}  // namespace mnemo
