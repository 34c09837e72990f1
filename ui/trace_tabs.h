// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "ui/result_store.h"
#include "ui/trace_comparison.h"
#include "ui/trace_store.h"
#include "widgets/cell.h"
#include "widgets/view_table.h"

#include <QWidget>
#include <functional>
#include <map>
#include <optional>
#include <set>

class QStackedWidget;
class QTabWidget;

namespace mnemo {

class HeatmapGrid;
class ResultPanel;
class TracePairPanel;
class TracePanel;
struct TabTitle;

/// What a tab shows as numbers: one result, or two beside each other.
struct ShownResults {
    ResultPtr first;   ///< null: nothing is there
    ResultPtr second;  ///< null: it stands alone
};

/// Two traces that are shown beside each other.
struct ShownPair {
    ResultPtr first;
    ResultPtr second;
    bool oneScale = true;
};

/// The centre of the window: one tab per trace, the pinned ones stay, and one per other result. A trace with another
/// model's beside it shares its tab with it. Follows the stores.
class TraceTabs : public QWidget
{
    Q_OBJECT

public:
    TraceTabs(TraceStore& store, ResultStore& results, ViewTable views = builtInViews(), QWidget* parent = nullptr);

    void setMetric(Metric metric);
    void setColourMap(const QString& name);             ///< of the traces; empty: each site's hue
    void setSelection(const QString& site, Cell cell);  ///< in the current trace, and beside it
    HeatmapGrid* currentMaps() const;                   ///< of the current trace; null when there is none

    void showTrace(int id);  ///< brings its tab to the front
    void showResult(int id);
    void focusMap(int n);  ///< the nth map of the current trace, from 0
    void focusSite(const QString& site);
    void showOther(QWidget* page);  ///< one of otherInFront()
    bool has(const QWidget* page) const;
    /// Runs what adds many traces and results, without showing each on the way.
    void addMany(const std::function<void()>& add);
    void closeCurrent();  ///< the tab in front: a trace, another result, or a difference

    ResultPanel* resultPanel(int id) const;
    int traceInFront() const;       ///< id of the first trace on the tab in front; 0 when that is something else
    int resultInFront() const;      ///< the same of another result
    QWidget* otherInFront() const;  ///< the tab in front where it is neither: a difference; else null
    ResultPtr shownResult()
        const;  ///< what the tab in front shows: a trace or another result; null when nothing is there
    ShownResults shownResults() const;           ///< the same as numbers, with what stands beside
    std::optional<ShownPair> shownPair() const;  ///< where the tab in front shows two traces with numbers

    /// Opens a tab with one trace beside another, and the first minus the second.
    /// @param names of both; empty: what tells them apart
    void showDifference(int minuend, int subtrahend, const PairNames& names = {});

Q_SIGNALS:
    void cellClicked(const QString& site, mnemo::Cell cell);
    void cellsSelected(const QString& site, mnemo::CellRange cells);
    void cellActivated();  ///< double click, or Shift+Enter
    void tokenClicked(int pos);
    void resumeRequested();
    void traceRequested();
    void knownFactRequested();
    void stopResultRequested(int id);
    void resumeResultRequested(int id);
    void changeResultRequested(int id);
    void factChosen(const mnemo::FactForm& form);  ///< of a result's table
    void tabChanged();                             ///< another one is in front
    void pageMade(QWidget* page);                  ///< with lists and switches; more than once where more appear
    void pinRequested(int id);
    void traceClosed(int id, const QString& title);  ///< by the user
    void resultClosed(int id, const QString& title);
    void graphExportRequested(const mnemo::ResultPtr& result, bool whole);  ///< false: what is drawn of it
    void asked(const QString& experiment, const mnemo::Json& parameters);   ///< to be run, as another result
    void editChosen(int id, const mnemo::Json& edit);                       ///< of an evaluation

private:
    void addResult(int id);
    void removeResult(int id);
    void refreshResult(int id);
    void offerBesides();
    ResultPtr profileFor(const Result& result) const;
    void takeAway(QWidget* page);
    QWidget* pageOf(int id) const;
    void showPage(int id);
    TracePanel* makePanel(int id);
    TracePairPanel* makePair(int first, int second);
    void removePage(int first);
    void onRemoved(int id);
    int traceOf(const QWidget* page) const;  ///< the first one on it; 0 where it shows something else
    void refresh(int id);
    void fill(int id);
    void onTabChanged(int index);
    void onTabCloseRequested(int index);
    QWidget* makeEmptyPage();
    void showTitles();
    void setTitle(QWidget* page, const TabTitle& title);

    TraceStore& m_store;
    ResultStore& m_results;
    ViewTable m_views;
    QStackedWidget* m_pages;
    QTabWidget* m_tabs;
    std::map<int, TracePanel*> m_panels;
    std::map<int, TracePairPanel*> m_pairs;  ///< by the id of the first trace
    std::map<int, ResultPanel*> m_resultPanels;
    std::set<QWidget*> m_late;  ///< pages of traces that do not show what the store has
    bool m_held = false;        ///< while many are added
    Metric m_metric = Metric::IndirectEffect;
    QString m_colourMap;
};

}  // namespace mnemo
