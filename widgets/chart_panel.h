// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/chart.h"

#include <QWidget>

namespace mnemo {

/// The plots of one page, below each other or side by side as the width allows, with one cursor over all layers.
/// Newer charts of the same shape are shown in the plots that are there.
class ChartPanel : public QWidget
{
    Q_OBJECT

public:
    explicit ChartPanel(QWidget* parent = nullptr);

    void setCharts(const std::vector<Chart>& charts);
    void setCurrentLayer(int layer);  ///< in all plots over layers; −1 hides it; emits nothing
    void setStale(bool stale);

    std::vector<HeatmapGrid*> maps() const;
    std::vector<LayerPlot*> plots() const;
    int columns() const { return m_columns; }  ///< of the plots that share a line, the most there are now

Q_SIGNALS:
    void layerClicked(int layer);
    void pointClicked(int series, int layer);
    void tokenClicked(int pos);
    void columnClicked(int column);  ///< of a map: a layer, where its columns are layers

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Entry {
        ChartShape shape;
        QWidget* widget;
        int columns;  ///< most side by side
    };

    bool hasShape(const std::vector<Chart>& charts) const;
    void rebuild(const std::vector<Chart>& charts);
    QWidget* make(const Chart& chart);
    void show(const MapChart& chart, HeatmapGrid* grid) const;
    int fitting(int most) const;
    void arrange();

    std::vector<Entry> m_entries;
    int m_columns = 0;
    bool m_stale = false;
};

}  // namespace mnemo
