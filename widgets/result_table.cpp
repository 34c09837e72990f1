// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/result_table.h"

#include "widgets/number_text.h"

#include <QComboBox>
#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace mnemo {

namespace {

constexpr int mostColumns = 1000;  // of what is shown; a row of logits has tens of thousands

}  // namespace

ResultTable::ResultTable(QWidget* parent)
    : ResultView(parent), m_choice(new QComboBox(this)), m_table(new QTableWidget(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_choice);
    layout->addWidget(m_table);
    m_choice->setAccessibleName(tr("Array"));
    m_table->setAccessibleName(tr("Values"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &ResultTable::showArray);
}

void ResultTable::setResult(ResultPtr result)
{
    const QString before = m_choice->currentText();
    m_result = std::move(result);
    const QSignalBlocker quiet(m_choice);
    m_choice->clear();
    if (m_result)
        for (const ArrayPtr& array : m_result->arrays)
            m_choice->addItem(QString::fromStdString(array->name));
    m_choice->setCurrentIndex(std::max(m_choice->findText(before), m_choice->count() > 0 ? 0 : -1));
    showArray(m_choice->currentIndex());
}

void ResultTable::showArray(int index)
{
    m_table->clear();
    m_table->setRowCount(0);
    m_table->setColumnCount(0);
    if (!m_result || index < 0 || index >= int(m_result->arrays.size()))
        return;
    const Array& array = *m_result->arrays[std::size_t(index)];
    const int rows = array.axes.empty() ? 1 : array.axes[0].size();
    const int all = rows > 0 ? int(array.size() / std::size_t(rows)) : 0;
    m_table->setRowCount(rows);
    m_table->setColumnCount(std::min(all, mostColumns));
    for (int row = 0; row < rows; ++row) {
        if (!array.axes.empty())
            m_table->setVerticalHeaderItem(
                row, new QTableWidgetItem(QString::fromStdString(array.axes[0].labels[std::size_t(row)])));
        for (int column = 0; column < m_table->columnCount(); ++column) {
            const auto at = std::size_t(row) * std::size_t(all) + std::size_t(column);
            const bool has = hasValue(array.states[at]);
            m_table->setItem(row, column, new QTableWidgetItem(has ? shortNumber(array.values[at]) : QString()));
        }
    }
    if (array.axes.size() == 2)
        for (int column = 0; column < m_table->columnCount(); ++column)
            m_table->setHorizontalHeaderItem(
                column, new QTableWidgetItem(QString::fromStdString(array.axes[1].labels[std::size_t(column)])));
}

}  // namespace mnemo
