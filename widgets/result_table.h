// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/view_table.h"

class QComboBox;
class QTableWidget;

namespace mnemo {

/// Any array of a result as a plain table of numbers: what is left when no plot fits. Arrays of more than two axes are
/// flattened: rows are the first axis.
class ResultTable : public ResultView
{
    Q_OBJECT

public:
    explicit ResultTable(QWidget* parent = nullptr);

    void setResult(ResultPtr result) override;
    QTableWidget* table() const { return m_table; }

private:
    void showArray(int index);

    QComboBox* m_choice;
    QTableWidget* m_table;
    ResultPtr m_result;
};

}  // namespace mnemo
