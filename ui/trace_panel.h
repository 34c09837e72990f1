// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "ui/trace_heading.h"
#include "widgets/heatmap_grid.h"
#include "widgets/trace_view.h"

#include <QWidget>

class QLabel;
class QStackedWidget;

namespace mnemo {

/// One trace: its maps side by side, what was asked, and in which state it is. Before the first cells come it says so.
class TracePanel : public QWidget
{
    Q_OBJECT

public:
    explicit TracePanel(QWidget* parent = nullptr);

    void setTrace(const Trace& trace, Metric metric);
    void setColourMap(const QString& name);
    void setSelection(Cell cell);
    HeatmapGrid* maps() const { return m_maps; }
    QString badge() const { return m_heading->badge(); }

Q_SIGNALS:
    void cellClicked(const QString& site, mnemo::Cell cell);
    void cellsSelected(const QString& site, mnemo::CellRange cells);
    void tokenClicked(int pos);
    void resumeRequested();
    void pinRequested();

private:
    TraceHeading* m_heading;
    QStackedWidget* m_pages;
    QLabel* m_waiting;
    TraceView* m_view;
    HeatmapGrid* m_maps;  ///< of m_view
};

}  // namespace mnemo
