// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/layer_plot.h"

namespace mnemo {

/// Values at numbers: a dot each, with bars for their ends.
class ScatterPlot : public LayerPlot
{
    Q_OBJECT

public:
    explicit ScatterPlot(QWidget* parent = nullptr);

protected:
    void draw(QCustomPlot& plot, int series) override;
    QPen referencePen(const QColor& colour) const override;
};

}  // namespace mnemo
