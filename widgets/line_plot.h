// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/layer_plot.h"

namespace mnemo {

using LineSeries = LayerSeries;  ///< one curve

/// Curves of an effect over layers, with bands; references are dashed lines.
class LinePlot : public LayerPlot
{
    Q_OBJECT

public:
    explicit LinePlot(QWidget* parent = nullptr);

protected:
    void draw(QCustomPlot& plot, int series) override;
    QPen referencePen(const QColor& colour) const override;
};

}  // namespace mnemo
