// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "core/data/trace_pair.h"
#include "widgets/chart.h"

#include <QString>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace mnemo {

/// What two traces are called where they stand beside each other.
using PairNames = std::pair<QString, QString>;

/// Two traces beside each other and the first minus the second, as plain values for the window and for figures. They
/// may be of two models, or of one and two prompts.
struct TraceComparison {
    enum Column { A, B, Difference };
    static constexpr std::array columns{A, B, Difference};

    /// The maps of one site; of those without a counterpart there are two in a line, and no difference.
    using Line = std::array<std::optional<HeatmapGrid::Panel>, 3>;

    std::vector<Line> lines;
    std::array<std::vector<RowLabel>, 3> rows;
    std::array<int, 3> layers{};
    std::array<ValueRange, 3> ranges;  ///< the difference's: −largest … largest
    std::array<QString, 3> names;      ///< "mnemo-mamba", "mnemo-pythia", "mnemo-mamba − mnemo-pythia"
    TokenMatch match;
    bool sameRows = false;  ///< one set of row labels says it all
    QString note;           ///< how tokens and layers were paired

    /// The site beside it in another column; empty where it has no counterpart.
    std::string linkedSite(Column from, const std::string& site, Column to) const;

    /// The same token at the nearest depth in another column, layer −1 (a whole token) as it is; invalid where there is
    /// none.
    Cell linkedCell(Column from, Cell cell, Column to) const;

    /// Both values and their difference, in one line; empty for no cell.
    QString cellText(Column from, const std::string& site, Cell cell) const;
};

/// @param oneScale whether both have the same colours for the same values
/// @param names empty: namesOfPair()
/// @throws Failure as traceMetric()
TraceComparison compareTraces(const Result& a, const Result& b, Metric metric, bool oneScale = true,
                              const PairNames& names = {});

/// The name of each in words that tell them apart: the model's, else the subject's, else the edits'.
PairNames namesOfPair(const Result& a, const Result& b);

/// Three maps in a line, for a figure. @param colourMap as siteColourMap(), of the traces; not of the difference
std::vector<Chart> comparisonCharts(const TraceComparison& comparison, const QString& colourMap);

}  // namespace mnemo
