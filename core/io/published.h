// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// One line, bar or heatmap row of a published figure.
struct PublishedCurve {
    std::string name;            ///< as the file has it: "subject_last", "h_restored"
    std::vector<double> values;  ///< per layer; NaN where the publication is blank
};

/// One panel of a published figure; its curves are equally long.
struct PublishedPanel {
    std::string name;                   ///< as the file has it; empty where a file is one panel
    std::optional<double> colourLimit;  ///< of a heatmap, whose values are cut to 0 … limit
    std::vector<PublishedCurve> curves;

    const PublishedCurve* find(std::string_view curve) const;  ///< null when absent
};

/// Reads a file of published numbers, an object of panels or a single panel. A panel is an object of lists of numbers
/// (null: blank); a heatmap's has them in "rows", beside "colour_scale_max". A table (.csv) has a line per module and
/// layer, a panel for each module and a curve for each column of numbers.
/// @throws Failure NotFound, Unreadable; Damaged naming the panel and the curve
std::vector<PublishedPanel> readPublished(const std::filesystem::path& file);

/// For readers of published numbers. @throws Failure Damaged with what is wrong with the file
[[noreturn]] void refusePublished(const std::filesystem::path& file, const std::string& what);

}  // namespace mnemo
