// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure_page.h"
#include "widgets/chart.h"

#include <vector>

namespace mnemo {

class Heatmap;

/// The charts of a result that the options leave, of two traces beside each other theirs.
/// @throws Failure Usage when there are none
std::vector<Chart> chosenCharts(const Result& result, const FigureOptions& options);

/// Puts plots below each other, those that fit side by side.
class FigureLayout
{
public:
    /// @param corner the first plot's, at the left and top
    FigureLayout(QPointF corner, double width, QString colourMap, bool dark);

    void add(const Chart& chart);

    double bottom() const { return m_bottom; }
    std::vector<Placed> take() { return std::move(m_plots); }

private:
    template <typename Plot>
    Plot* styled(std::unique_ptr<Plot> plot);
    Heatmap* addMap(const HeatmapGrid::Panel& panel, const MapChart& chart);
    void addMaps(const MapChart& chart);
    void dropFree(const MapChart& chart, std::size_t maps);
    void addSeries(const SeriesChart& chart);
    void addGraph(const GraphChart& chart);
    double newLine();

    QString m_colourMap;  ///< empty: each chart's own
    bool m_dark;
    std::vector<Placed> m_plots;
    double m_left;
    double m_top;
    double m_bottom;
    double m_inner;
    int m_column = 0;
    int m_columns = 0;  ///< of the line of curves or bars that is being filled; 0: none is
};

}  // namespace mnemo
