// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/site.h"
#include "core/experiments/fact_runs.h"

#include <string>
#include <vector>

namespace mnemo {

/// Layers whose states are replaced together around one layer: ℓ−⌊w/2⌋ … ℓ−⌊w/2⌋+w−1, cut at the ends.
struct LayerRange {
    int first = 0;
    int end = 0;
};
LayerRange windowAround(int layer, int window, int layers);

/// What a causal trace covers.
struct TraceLayout {
    int layers = 0;
    std::vector<SiteKind> sites;
    std::vector<int> windows;         ///< per site; h is always 1
    std::vector<int> firstPositions;  ///< columns whose runs come first
};

/// Sites that a trace of this architecture shows when none are named.
std::vector<SiteKind> defaultTraceSites(const LanguageModel& model);

/// The paper's share of depth: 10 of 64 layers (Mamba), 10 of 32 (Pythia).
int autoWindow(const ModelInfo& info);

/// Layers replaced together. @param window "auto" or a whole number ≥ 1 @throws Failure Usage
int readWindow(const std::string& window, const ModelInfo& info);

/// @param sites names; empty: the architecture's default
/// @param window as readWindow reads it
/// @throws Failure UnknownSite, Usage
TraceLayout makeLayout(const LanguageModel& model, const std::vector<std::string>& sites, const std::string& window,
                       const std::vector<std::string>& firstPositions, const FactTask& task);

/// How a cell of a map gets its value.
enum class CellKind {
    None,    ///< the clean token has no partner: nothing to copy
    Run,     ///< needs a run
    Base,    ///< cannot matter: the base run's value
    Source,  ///< all that is read is copied: the other run's value
};
CellKind cellKind(const FactTask& task, const TraceLayout& layout, SiteKind site, int layer, int pos);

/// A cell that a run computes. Its readouts are consecutive: samples × scored tokens.
struct TraceCell {
    int site = 0;  ///< index into the layout
    int layer = 0;
    int pos = 0;  ///< of the clean prompt
    int readout = 0;
};

struct TraceCells {
    std::vector<TraceCell> cells;  ///< in the order in which they are wanted
    int firstReadouts = 0;         ///< of the plan's, up to those of the columns that are looked at
};

/// What is read of each cell: the target alone, as averages need it, or foil and KL with it.
enum class CellScores { Target, All };

/// One run per cell and noise sample; windows that are cut at the first layer share their beginning, and those cut at
/// both ends are one run. First the columns that are looked at (first positions, the subject's last token, the prompt's
/// last token), then the others of all sites, late layers first. A plan can hold the traces of many facts.
TraceCells addTrace(Plan& plan, const FactTask& task, const FactBase& base, const TraceLayout& layout,
                    CellScores scores = CellScores::All);

}  // namespace mnemo
