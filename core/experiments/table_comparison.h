// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of the second paper's figures beside the published ones (METHODS.md §7.6, §7.7, §7.8).
#pragma once
#include "core/data/figures.h"
#include "core/data/result.h"
#include "core/io/published_ioi.h"

#include <optional>
#include <string>
#include <vector>

namespace mnemo {

struct TableComparison {
    PublishedTable published;
    std::vector<std::vector<double>> ours;  ///< of the same form; NaN without a value; empty when not compared
    std::string whyNot;                     ///< a sentence; empty when it was compared
    int compared = 0;                       ///< cells
    double mean = 0;                        ///< of |ours − published|
    double largest = 0;                     ///< ours − published, by its size
    std::size_t row = 0, column = 0;        ///< of the largest
    std::optional<double> correlation;      ///< over cells; none of fewer than three, or where one is flat
};

struct TablesComparison {
    std::string figure, model, publishedModel;
    bool sameSize = false;  ///< in layers and width; else only shapes can be compared
    std::vector<TableComparison> tables;

    std::string verdict() const;  ///< as Comparison::verdict()
};

/// The tables that the figure names, from what was read of its file. @throws Failure Internal when one is missing
std::vector<PublishedTable> tablesOf(const PaperFigure& figure, std::vector<PublishedTable> all);

TablesComparison compareTables(const PaperFigure& figure, const std::vector<PublishedTable>& published,
                               const Result& result);

Json toJson(const TablesComparison& comparison);  ///< "mnemo.table-comparison/1" (docs/json.md)
std::string comparisonCsv(const TablesComparison& comparison);

}  // namespace mnemo
