// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/comparison.h"
#include "core/experiments/lre_comparison.h"
#include "core/experiments/table_comparison.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// A comparison with published numbers in the forms in which it leaves the program.
struct WrittenComparison {
    Json json;
    std::string csv;
    std::string text;  ///< as people read it; ends with a line break
    Json reference;    ///< what figures draw beside ours: the head's "reference"; null: nothing
};

/// What is published of a figure. Read before the model is, so that damage is seen at once.
class PublishedFigure
{
public:
    /// @param path a folder of published numbers, or the file; empty: nothing to compare with
    /// @param architecture of our model @throws Failure as the readers, matchPublished
    PublishedFigure(const PaperFigure& figure, const std::filesystem::path& path, const std::string& architecture);

    /// None when there is nothing to compare with. @param results of the figure's runs
    std::optional<WrittenComparison> beside(const std::vector<Result>& results) const;

private:
    const PaperFigure& m_figure;
    std::vector<PublishedReference> m_curves;
    std::vector<PublishedBar> m_bars;
    std::vector<PublishedSweep> m_sweeps;
    std::vector<PublishedTable> m_tables;
};

}  // namespace mnemo
