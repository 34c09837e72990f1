// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QTableView>
#include <vector>

class QSortFilterProxyModel;

namespace mnemo {

/// A table to read and to choose a row of: sorted by a click on a column, by what the model says for Qt::UserRole.
class RowsTable : public QTableView
{
    Q_OBJECT

public:
    explicit RowsTable(QAbstractItemModel* rows, QWidget* parent = nullptr);

    void setWidths(const std::vector<int>& pixels);  ///< of the first columns

Q_SIGNALS:
    void rowChosen(int row);  ///< double click, or Enter; of the model that is sorted

private:
    QSortFilterProxyModel* m_sorted;
};

}  // namespace mnemo
