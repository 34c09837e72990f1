// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "core/data/result.h"
#include "widgets/heatmap_grid.h"

#include <QString>
#include <vector>

namespace mnemo {

/// The maps of one trace minus another's. Token by token where both prompts have as many tokens and the subject at the
/// same place; otherwise by role: first and last subject token, first token after the subject, prompt's last. What was
/// compared stands in `note` and in every row.
struct TraceDifference {
    std::vector<HeatmapGrid::Panel> panels;
    std::vector<RowLabel> rows;
    double largest = 0;  ///< |difference|: the scale is −largest … largest
    QString note;
};

/// @throws Failure Usage when the traces have no site in common or a different number of layers
TraceDifference traceDifference(const Result& minuend, const Result& subtrahend, Metric metric);

}  // namespace mnemo
