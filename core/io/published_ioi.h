// SPDX-License-Identifier: GPL-3.0-or-later
// Published numbers of the second paper: one file with tables of several forms.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

/// Numbers by row and column.
struct PublishedTable {
    std::string name;
    std::vector<std::string> rows;
    std::vector<std::string> columns;  ///< one without a name where rows have one number each
    std::vector<std::vector<double>> values;

    bool operator==(const PublishedTable&) const = default;
};

/// Tables named as the arrays of our results that show the same ("removal.probability", "crosstalk.share", both by
/// layer; "cosine.write_state", …, by token; "add", "replace" by slot), "metric" (mean nld with a share α of every edge
/// patched), "circuit" and "inside" (numbers by what they say).
/// @throws Failure NotFound, Unreadable; Damaged naming what is missing or no number
std::vector<PublishedTable> readPublishedIoi(const std::filesystem::path& file);

/// Rows of "circuit" and "inside".
namespace published_row {
inline constexpr const char* keptShare = "share of the edges kept";
inline constexpr const char* halfNld = "nld with half of the edges";
inline constexpr const char* halfAccuracy = "accuracy with half of the edges";
inline constexpr const char* heldOutNld = "nld, held out";
inline constexpr const char* heldOutAccuracy = "accuracy, held out";
}  // namespace published_row

}  // namespace mnemo
