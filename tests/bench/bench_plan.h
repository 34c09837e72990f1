// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/plan.h"

#include <string>
#include <vector>

namespace mnemo::bench {

/// What every grid of one process is about: p(target) at the last token, states of `clean` put into `corrupt`.
struct Task {
    std::vector<int> clean;
    std::vector<int> corrupt;
    int target = 0;
};

/// A site whose states are replaced, and in how many layers at once.
struct GridSite {
    SiteKind kind = SiteKind::H;
    int window = 1;
};

std::vector<int> readNumbers(const std::string& text);     ///< "3,17,4"
std::vector<GridSite> readSites(const std::string& text);  ///< "h:1,s:10"

/// Every cell as a run, the sites of a layer together, nothing left out as known beforehand. Read in the order of a
/// trace: one column first, then late layers before early ones.
/// Windows that are cut at the first layer go on from the one before, as in a causal trace.
Plan gridPlan(const Task& task, const std::vector<GridSite>& sites, int layers);

/// The readout of the plan above that belongs to a site's cell.
std::size_t readoutOf(std::size_t site, int layer, int pos, std::size_t sites, int layers, const Task& task);

/// Some cells of h alone, each numbered layer × tokens + position, as runs that share nothing.
Plan someCells(const Task& task, const std::vector<int>& cells);

}  // namespace mnemo::bench
