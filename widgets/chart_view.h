// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/chart.h"
#include "widgets/view_table.h"

class QComboBox;
class QLabel;
class QPushButton;
class QTabBar;

namespace mnemo {

class ChartPanel;

/// The plots of a result of one of chartKinds(), one page of them at a time. A newer result keeps page and cursor.
class ChartView : public ResultView
{
    Q_OBJECT

public:
    explicit ChartView(const ChartKind& kind, QWidget* parent = nullptr);

    void setResult(ResultPtr result) override;
    void setMetric(Metric metric) override;
    Metric metric() const override { return m_metric; }
    void setCurrentCell(Cell cell) override;
    void setStale(bool stale) override;

    QTabBar* pages() const { return m_pages; }
    QComboBox* metrics() const { return m_metrics; }
    ChartPanel* panel() const { return m_panel; }

private:
    void refresh();
    void showPages(const std::vector<ChartPage>& pages);
    Json offered(int layer) const;  ///< parameters of what can be run of a layer of this page; null: nothing
    void offer(int layer);

    ChartKind m_kind;
    QTabBar* m_pages;      ///< hidden while there is one page
    QComboBox* m_metrics;  ///< what cells are coloured by, where there is a choice
    QPushButton* m_offer;  ///< runs what the kind offers of the layer that was clicked
    QLabel* m_nothing;     ///< instead of plots
    ChartPanel* m_panel;
    QWidget* m_scroll;
    QLabel* m_note;  ///< below the plots
    ResultPtr m_result;
    int m_offeredLayer = -1;
    Metric m_metric = Metric::IndirectEffect;
};

}  // namespace mnemo
