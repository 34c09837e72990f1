// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "core/data/result.h"
#include "widgets/heatmap_grid.h"

#include <map>
#include <string>
#include <vector>

namespace mnemo {

/// Row labels of a trace: clean tokens, with the corrupted partner where it differs; with noise, subject rows get "*".
std::vector<RowLabel> traceRows(const Result& trace);

/// Maps of a trace, one per site, of one metric, titled as in the paper.
std::vector<HeatmapGrid::Panel> tracePanels(const Result& trace, Metric metric);

/// Colour scale that all maps of a trace share: from 0 to the largest effect for IE and p, or the largest |x|.
ValueRange traceRange(const std::vector<HeatmapGrid::Panel>& panels, Metric metric);

/// The map for a metric where the user chose `chosen` (empty: each site's hue): two colours for a value of two signs,
/// the other way round where less is more. Read by siteColourMap().
QString traceColourMap(Metric metric, const QString& chosen = {});

std::map<std::string, int> traceWindows(const Result& trace);

QString layersLabel(int window);             ///< below a map: "layer restored", "centre of 3 restored layers"
QString siteTitle(const std::string& site);  ///< "h — residual stream"
QString metricLabel(Metric metric, const Result& trace);  ///< "IE", "p(·Seattle)", …

}  // namespace mnemo
