// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rows_table.h"

#include <QHeaderView>
#include <QSortFilterProxyModel>

namespace mnemo {

RowsTable::RowsTable(QAbstractItemModel* rows, QWidget* parent)
    : QTableView(parent), m_sorted(new QSortFilterProxyModel(this))
{
    m_sorted->setSourceModel(rows);
    m_sorted->setSortRole(Qt::UserRole);
    setModel(m_sorted);
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder);  // as they come
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setAlternatingRowColors(true);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    horizontalHeader()->setStretchLastSection(true);
    connect(this, &QTableView::activated, this,
            [this](const QModelIndex& index) { Q_EMIT rowChosen(m_sorted->mapToSource(index).row()); });
}

void RowsTable::setWidths(const std::vector<int>& pixels)
{
    for (std::size_t column = 0; column < pixels.size(); ++column)
        setColumnWidth(int(column), pixels[column]);
}

}  // namespace mnemo
