// SPDX-License-Identifier: GPL-3.0-or-later
// Linear decoding beside the published Figs 7, 12 and 13.
#pragma once
#include "core/data/figures.h"
#include "core/data/lre_summary.h"
#include "core/io/published_lre.h"

#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// A relation's bar; relations are matched by their names.
struct LreBarComparison {
    std::string relation;
    double ours = 0;  ///< faithfulness at the layer that is chosen; NaN where nothing was measured
    double published = 0;
    double ourBaseline = 0;  ///< other facts have other lines
    double publishedBaseline = 0;
};

/// A relation's curve over layers.
struct LreSweepComparison {
    std::string relation;
    std::string metric;             ///< "faithfulness", "causality"
    std::vector<double> ours;       ///< embedding first; NaN without a value
    std::vector<double> published;  ///< at the same depth; NaN behind the last published layer
    int compared = 0;
    double mean = 0;  ///< of |ours − published|
    std::optional<double> correlation;
};

struct LreComparison {
    std::string figure, model, publishedModel;
    bool sameSize = false;
    std::vector<LreBarComparison> bars;
    std::vector<LreSweepComparison> sweeps;
    std::vector<std::string> notOurs;    ///< published relations that ours has no facts of
    std::vector<std::string> notPlaced;  ///< "landmark in country": published without saying which layers are missing
    std::optional<double> correlation;   ///< of the bars

    std::string verdict() const;
};

/// @param choice how the figure's bars are chosen
LreComparison compareBars(const PaperFigure& figure, const std::vector<PublishedBar>& published, const Result& result,
                          const LreChoice& choice);
LreComparison compareSweeps(const PaperFigure& figure, const std::vector<PublishedSweep>& published,
                            const Result& result);

/// How the figure's numbers were chosen: the best β and layer by faithfulness, or at the figure's β, in the layer with
/// the best causality (METHODS.md §5.5). @throws Failure Usage when the result has no such β
LreChoice choiceOf(const PaperFigure& figure, const Result& result);

Json toJson(const LreComparison& comparison);  ///< "mnemo.lre-comparison/1" (docs/json.md)
std::string comparisonCsv(const LreComparison& comparison);
/// Lines about what could not be compared; empty where everything was.
std::string remarks(const LreComparison& comparison);
/// What figures draw beside ours: {"title", "bars": [{"relation", "faithfulness"}], "curves": [{"array", "column",
/// "values"}]}.
Json referenceOf(const LreComparison& comparison);

}  // namespace mnemo
