// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/trace_comparison.h"

#include <QWidget>

class QCheckBox;
class QGridLayout;
class QLabel;
class QStackedWidget;

namespace mnemo {

/// Two traces in columns beside each other, and their difference: a site and its counterpart in one line, of equal
/// height and width, so that the same place is the same depth. What is under the mouse or chosen in one column is
/// marked in the others, and a line below says both values. Every column counts layers and tokens of its own.
class TracePairView : public QWidget
{
    Q_OBJECT

public:
    using Column = TraceComparison::Column;

    explicit TracePairView(QWidget* parent = nullptr);

    void setTraces(ResultPtr a, ResultPtr b);  ///< null: not there (yet)
    void setMetric(Metric metric);
    void setNames(const PairNames& names);                ///< of both; empty: what tells them apart
    void setColourMap(const QString& name);               ///< of the traces; empty: each site's hue
    void setHeading(Column column, QWidget* heading);     ///< above the column; the view owns it
    void setWaiting(Column column, const QString& text);  ///< in the place of a column without a trace
    /// In the column's own layers and tokens; layer −1 is a whole token. Emits nothing.
    void setCurrentCell(Column column, const QString& site, Cell cell);
    bool oneScale() const;
    HeatmapGrid* grid(Column column) const { return m_grids[column]; }
    const TraceComparison& comparison() const { return m_comparison; }

Q_SIGNALS:
    void cellClicked(mnemo::TraceComparison::Column column, const QString& site, mnemo::Cell cell);
    void cellActivated(mnemo::TraceComparison::Column column, const QString& site, mnemo::Cell cell);
    void cellsSelected(mnemo::TraceComparison::Column column, const QString& site, mnemo::CellRange cells);
    void tokenClicked(mnemo::TraceComparison::Column column, int pos);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeColumn(Column column);
    void refresh();
    void showColumn(Column column);
    void alignColumns();
    void mark(Column column, const QString& site, Cell cell);
    void say(Column column, const QString& site, Cell cell);

    std::array<HeatmapGrid*, 3> m_grids;
    std::array<QStackedWidget*, 3> m_pages;  ///< the maps, or why there are none
    std::array<QLabel*, 3> m_waiting;
    std::array<QWidget*, 3> m_headings;
    QGridLayout* m_headingLine;
    QGridLayout* m_columns;
    QLabel* m_probe;
    QCheckBox* m_oneScale;
    QCheckBox* m_showDifference;
    ResultPtr m_a;
    ResultPtr m_b;
    Metric m_metric = Metric::IndirectEffect;
    QString m_colourMap;
    PairNames m_names;
    TraceComparison m_comparison;
    QString m_site;  ///< of the chosen cell, in m_column
    Cell m_cell;
    Column m_column = TraceComparison::A;
};

}  // namespace mnemo
