// SPDX-License-Identifier: GPL-3.0-or-later
// Published numbers of linear decoding: objects of lists with an entry per relation.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// One bar of Figs 7 and 12.
struct PublishedBar {
    std::string relation;
    double faithfulness = 0;
    double baseline = 0;  ///< random choice
};

/// One curve of Fig. 13.
struct PublishedSweep {
    std::string relation;
    std::string metric;          ///< "faithfulness", "causality"
    std::vector<double> values;  ///< embedding first
};

/// The list of the panel whose name begins so ("mamba", "pythia").
/// @throws Failure NotFound, Unreadable; Damaged naming what is missing or no number
std::vector<PublishedBar> readPublishedBars(const std::filesystem::path& file, std::string_view panel);
std::vector<PublishedSweep> readPublishedSweeps(const std::filesystem::path& file, std::string_view panel);

}  // namespace mnemo
