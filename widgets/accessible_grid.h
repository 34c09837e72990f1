// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QRect>
#include <QString>
#include <utility>

class QWidget;

namespace mnemo {

/// What a widget that paints its own items tells screen readers: a table of rows × columns (a list has one column).
class GridItems
{
public:
    virtual ~GridItems() = default;

    virtual int gridRows() const = 0;
    virtual int gridColumns() const = 0;
    virtual QString gridCellText(int row, int column) const = 0;
    virtual QRect gridCellRect(int row, int column) const = 0;  ///< widget coordinates
    virtual std::pair<int, int> gridCurrent() const = 0;        ///< row, column; −1 when none
    virtual QString gridRowName(int row) const { return gridCellText(row, 0); }
    virtual QString gridColumnName(int) const { return {}; }
};

/// Makes Qt answer accessibility questions about widgets that are GridItems; called by their constructors, once per
/// program is enough.
void installAccessibleGrid();

/// Says that the current item of the widget moved or has a new value.
void announceCurrent(QWidget* widget);

}  // namespace mnemo
