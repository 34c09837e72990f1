// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/view_table.h"

namespace mnemo {

class HeatmapGrid;
class BarList;
class LinePlot;

/// The maps of a causal trace, one per site, as small multiples.
class TraceView : public ResultView
{
    Q_OBJECT

public:
    explicit TraceView(QWidget* parent = nullptr);

    void setResult(ResultPtr result) override;
    void setMetric(Metric metric) override;
    void setCurrentCell(Cell cell) override;
    void setStale(bool stale) override;
    void setColourMap(const QString& name);  ///< the user's choice; empty: each site's hue
    HeatmapGrid* grid() const { return m_grid; }

private:
    void refresh();

    HeatmapGrid* m_grid;
    ResultPtr m_result;
    Metric m_metric = Metric::IndirectEffect;
    QString m_colourMap;
};

/// The next tokens of a predict, patch or trace result: one series of bars per run.
class BarsView : public ResultView
{
    Q_OBJECT

public:
    explicit BarsView(QWidget* parent = nullptr);

    void setResult(ResultPtr result) override;
    void setStale(bool stale) override;
    BarList* bars() const { return m_bars; }

private:
    BarList* m_bars;
};

/// A result's arrays over one "layer" axis, as curves.
class LinesView : public ResultView
{
    Q_OBJECT

public:
    explicit LinesView(QWidget* parent = nullptr);

    void setResult(ResultPtr result) override;
    void setCurrentCell(Cell cell) override;
    LinePlot* plot() const { return m_plot; }

private:
    LinePlot* m_plot;
};

}  // namespace mnemo
