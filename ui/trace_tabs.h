// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "ui/trace_store.h"
#include "widgets/cell.h"
#include "widgets/view_table.h"

#include <QWidget>
#include <map>

class QStackedWidget;
class QTabWidget;

namespace mnemo {

class TracePanel;

/// The centre of the window: one tab per trace, the pinned ones stay. Follows the store.
class TraceTabs : public QWidget
{
    Q_OBJECT

public:
    explicit TraceTabs(TraceStore& store, ViewTable views = builtInViews(), QWidget* parent = nullptr);

    void setMetric(Metric metric);
    void setColourMap(const QString& name);  ///< of the traces; empty: each site's hue
    void setSelection(Cell cell);            ///< in the current trace
    TracePanel* panel(int id) const;
    TracePanel* currentPanel() const;

    void focusMap(int n);  ///< the nth map of the current trace, from 0
    void closeCurrent();   ///< the tab in front: a trace, or a difference

    /// Opens a tab with a result that is no trace, in the view that the table has for it.
    void showResult(const ResultPtr& result);

    /// Opens a tab with the current trace minus another. @throws Failure as traceDifference()
    void showDifference(int minuend, int subtrahend);

Q_SIGNALS:
    void cellClicked(const QString& site, mnemo::Cell cell);
    void cellsSelected(const QString& site, mnemo::CellRange cells);
    void cellActivated();  ///< double click, or Shift+Enter
    void tokenClicked(int pos);
    void resumeRequested();
    void traceRequested();
    void knownFactRequested();

private:
    void addPanel(int id);
    void removePanel(int id);
    void refresh(int id);
    void onTabChanged(int index);
    void onTabCloseRequested(int index);
    QWidget* makeEmptyPage();
    QString title(const Trace& trace) const;

    TraceStore& m_store;
    ViewTable m_views;
    QStackedWidget* m_pages;
    QTabWidget* m_tabs;
    std::map<int, TracePanel*> m_panels;
    Metric m_metric = Metric::IndirectEffect;
    QString m_colourMap;
};

}  // namespace mnemo
