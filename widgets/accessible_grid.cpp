// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/accessible_grid.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QHash>
#include <QPointer>

namespace mnemo {

namespace {

/// One item of a grid, made when somebody asks for it.
class AccessibleCell : public QAccessibleInterface, public QAccessibleTableCellInterface
{
public:
    AccessibleCell(QWidget* widget, GridItems* items, int row, int column)
        : m_widget(widget), m_items(items), m_row(row), m_column(column)
    {
    }

    bool isValid() const override
    {
        return m_widget && m_row < m_items->gridRows() && m_column < m_items->gridColumns();
    }
    QObject* object() const override { return nullptr; }
    QWindow* window() const override { return m_widget ? m_widget->window()->windowHandle() : nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_widget); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QString text(QAccessible::Text what) const override
    {
        return what == QAccessible::Name && isValid() ? m_items->gridCellText(m_row, m_column) : QString();
    }
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect local = m_items->gridCellRect(m_row, m_column);
        return {m_widget->mapToGlobal(local.topLeft()), local.size()};
    }
    QAccessible::Role role() const override
    {
        return m_items->gridColumns() > 1 ? QAccessible::Cell : QAccessible::ListItem;
    }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.focusable = state.selectable = true;
        state.invalid = !isValid();
        state.selected = isValid() && isSelected();
        state.focused = state.selected && m_widget->hasFocus();
        return state;
    }
    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TableCellInterface ? static_cast<QAccessibleTableCellInterface*>(this) : nullptr;
    }

    bool isSelected() const override { return m_items->gridCurrent() == std::pair{m_row, m_column}; }
    QList<QAccessibleInterface*> columnHeaderCells() const override { return {}; }
    QList<QAccessibleInterface*> rowHeaderCells() const override { return {}; }
    int columnIndex() const override { return m_column; }
    int rowIndex() const override { return m_row; }
    int columnExtent() const override { return 1; }
    int rowExtent() const override { return 1; }
    QAccessibleInterface* table() const override { return parent(); }

private:
    QPointer<QWidget> m_widget;
    GridItems* m_items;  ///< the same object as m_widget
    int m_row;
    int m_column;
};

class AccessibleGrid : public QAccessibleWidget, public QAccessibleTableInterface
{
public:
    AccessibleGrid(QWidget* widget, GridItems* items)
        : QAccessibleWidget(widget, items->gridColumns() > 1 ? QAccessible::Table : QAccessible::List), m_items(items)
    {
    }
    ~AccessibleGrid() override
    {
        for (const QAccessible::Id id : std::as_const(m_cells))
            QAccessible::deleteAccessibleInterface(id);
    }

    QAccessible::Role role() const override
    {
        return m_items->gridColumns() > 1 ? QAccessible::Table : QAccessible::List;
    }
    void* interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::TableInterface)
            return static_cast<QAccessibleTableInterface*>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    int childCount() const override { return rowCount() * columnCount(); }
    QAccessibleInterface* child(int index) const override
    {
        return columnCount() > 0 ? cellAt(index / columnCount(), index % columnCount()) : nullptr;
    }
    QAccessibleInterface* childAt(int x, int y) const override
    {
        for (int index = 0; index < childCount(); ++index)
            if (QAccessibleInterface* cell = child(index); cell && cell->rect().contains(x, y))
                return cell;
        return nullptr;
    }
    int indexOfChild(const QAccessibleInterface* child) const override
    {
        const auto* cell = dynamic_cast<const AccessibleCell*>(child);
        return cell ? cell->rowIndex() * columnCount() + cell->columnIndex() : -1;
    }
    QAccessibleInterface* focusChild() const override
    {
        const auto [row, column] = m_items->gridCurrent();
        return cellAt(row, column);
    }

    QAccessibleInterface* cellAt(int row, int column) const override
    {
        if (row < 0 || column < 0 || row >= rowCount() || column >= columnCount())
            return nullptr;
        const std::pair key{row, column};
        if (QAccessibleInterface* known = QAccessible::accessibleInterface(m_cells.value(key)))
            return known;
        auto* cell = new AccessibleCell(widget(), m_items, row, column);
        m_cells[key] = QAccessible::registerAccessibleInterface(cell);
        return cell;
    }
    int rowCount() const override { return m_items->gridRows(); }
    int columnCount() const override { return m_items->gridColumns(); }
    QString rowDescription(int row) const override { return m_items->gridRowName(row); }
    QString columnDescription(int column) const override { return m_items->gridColumnName(column); }
    QAccessibleInterface* caption() const override { return nullptr; }
    QAccessibleInterface* summary() const override { return nullptr; }
    int selectedCellCount() const override { return int(selectedCells().size()); }
    int selectedColumnCount() const override { return 0; }
    int selectedRowCount() const override { return 0; }
    QList<QAccessibleInterface*> selectedCells() const override
    {
        QAccessibleInterface* current = focusChild();
        return current ? QList{current} : QList<QAccessibleInterface*>();
    }
    QList<int> selectedColumns() const override { return {}; }
    QList<int> selectedRows() const override { return {}; }
    bool isColumnSelected(int) const override { return false; }
    bool isRowSelected(int) const override { return false; }
    bool selectRow(int) override { return false; }
    bool selectColumn(int) override { return false; }
    bool unselectRow(int) override { return false; }
    bool unselectColumn(int) override { return false; }
    void modelChange(QAccessibleTableModelChangeEvent*) override {}

private:
    GridItems* m_items;
    mutable QHash<std::pair<int, int>, QAccessible::Id> m_cells;
};

QAccessibleInterface* makeInterface(const QString&, QObject* object)
{
    auto* widget = qobject_cast<QWidget*>(object);
    auto* items = dynamic_cast<GridItems*>(object);
    return widget && items ? new AccessibleGrid(widget, items) : nullptr;
}

}  // namespace

void installAccessibleGrid()
{
    QAccessible::installFactory(makeInterface);  // ignores a factory it already has
}

void announceCurrent(QWidget* widget)
{
    const auto* items = dynamic_cast<const GridItems*>(widget);
    if (!items)
        return;
    const auto [row, column] = items->gridCurrent();
    const bool some = row >= 0 && column >= 0;
    const QString text = some ? items->gridCellText(row, column) : QString();
    if (widget->accessibleDescription() != text)
        widget->setAccessibleDescription(text);
    if (!some || !QAccessible::isActive())
        return;
    QAccessibleEvent focus(widget, QAccessible::Focus);
    focus.setChild(row * items->gridColumns() + column);
    QAccessible::updateAccessibility(&focus);
}

}  // namespace mnemo
