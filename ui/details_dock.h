// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "ui/glossary.h"
#include "ui/trace_store.h"
#include "widgets/cell.h"

#include <QDockWidget>

class QLabel;
class QStackedWidget;

namespace mnemo {

class BarList;
class LinePlot;

/// What is known of the selected token or cell: the effect over layers for every site, and for a cell the next-token
/// probabilities of the clean, corrupted and patched run.
class DetailsDock : public QDockWidget
{
    Q_OBJECT

public:
    explicit DetailsDock(QWidget* parent = nullptr);

    void setTrace(const Trace* trace, Metric metric);  ///< newest state of the shown trace; null empties the dock
    void setSelection(const QString& site, Cell cell);
    void setPatchRunning(const QString& what);
    void setPatchStopped();
    void setPatch(const QString& what, const ResultPtr& patch);
    void setProblem(const QString& text);

    LinePlot* curves() const { return m_curves; }
    BarList* bars() const { return m_bars; }
    QString numbers() const;
    bool columnMissing() const { return m_columnMissing; }  ///< the selected token's column is not computed yet

Q_SIGNALS:
    void layerClicked(int layer);
    void targetChosen(int tokenId);
    void foilChosen(int tokenId);

private:
    void refresh();
    void showCurves();
    void showCellNumbers();
    QString tokenText(int pos) const;

    QStackedWidget* m_pages;
    QLabel* m_title;
    LinePlot* m_curves;
    QLabel* m_numbers;
    BarList* m_bars;
    QLabel* m_barsTitle;
    ResultPtr m_result;
    Metric m_metric = Metric::IndirectEffect;
    QString m_site;
    Cell m_cell;
    QString m_patchText;
    bool m_columnMissing = false;
};

}  // namespace mnemo
