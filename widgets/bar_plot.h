// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/layer_plot.h"

namespace mnemo {

/// Bars over layers, one beside the other where there are several series, with error bars; references are ticks across
/// their bars. Where a series has no value the others move together.
class BarPlot : public LayerPlot
{
    Q_OBJECT

public:
    explicit BarPlot(QWidget* parent = nullptr);

protected:
    void draw(QCustomPlot& plot, int series) override;
    double placeOf(int series, int layer) const override;
    QPen referencePen(const QColor& colour) const override;

private:
    double barWidth() const;  ///< in layers
};

}  // namespace mnemo
