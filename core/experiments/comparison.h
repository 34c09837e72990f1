// SPDX-License-Identifier: GPL-3.0-or-later
// A figure made again beside the published one.
#pragma once
#include "core/data/figures.h"
#include "core/data/result.h"
#include "core/io/published.h"

#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// A published curve with what it is compared with.
struct PublishedReference {
    PublishedMatch match;
    std::vector<double> values;         ///< per layer of the published model
    std::optional<double> colourLimit;  ///< values are cut to 0 … limit
};

/// The figure's curves. @throws Failure Damaged naming the panel or curve that is missing, or of another length
std::vector<PublishedReference> matchPublished(const PaperFigure& figure, const std::vector<PublishedPanel>& panels);

/// The largest change from one layer to the next.
struct Jump {
    int layer = 0;  ///< behind the change
    double by = 0;
};

/// Largest change between neighbouring layers; none where no change reaches 0.05. NaN belongs to no change.
std::optional<Jump> jumpOf(const std::vector<double>& curve);

struct CurveComparison {
    std::string array;
    std::string column;
    std::vector<double> ours;       ///< per layer of our model; NaN without a value
    std::vector<double> eq7;        ///< the same by Eq. 7 where `ours` is averaged as published; else empty
    std::vector<double> published;  ///< at the same depth ℓ/L, between layers on the line through them
    std::vector<bool> atLimit;      ///< the published colour cannot tell how much more it is: not compared
    std::vector<double> difference;  ///< ours − published, ours cut to 0 … where the publication is; NaN: not compared
    int compared = 0;                ///< layers
    int largestLayer = -1;           ///< of the largest |difference|; −1 when nothing could be compared
    double mean = 0;                 ///< of |difference|
    std::optional<double> correlation;  ///< over layers; none for a curve that is flat
    std::optional<Jump> ourJump;        ///< in our layers, both cut alike
    std::optional<Jump> publishedJump;  ///< in the published model's

    double largest() const { return difference[std::size_t(largestLayer)]; }  ///< when compared > 0
};

/// Columns of one array from the largest mean over layers to the smallest.
struct CurveOrder {
    std::string array;
    std::vector<std::string> ours;
    std::vector<std::string> published;
};

struct Comparison {
    std::string figure;
    std::string model;
    std::string publishedModel;
    std::string unit;  ///< "facts", "pairs"
    int examples = 0;  ///< of these, that ours is averaged over
    int layers = 0;
    int publishedLayers = 0;
    bool sameSize = false;  ///< in layers and width; else only shapes can be compared
    std::vector<CurveComparison> curves;
    std::vector<CurveOrder> orders;

    std::string verdict() const;  ///< "same size" or "different model: shape only"
};

/// @param result of the figure's first run, whole or a snapshot
/// @param eq7 of its run by Eq. 7; null where there is none
Comparison compare(const PaperFigure& figure, const std::vector<PublishedReference>& references, const Result& result,
                   const Result* eq7);

std::string verdictText(bool sameSize);                                        ///< as Comparison::verdict()
std::string publishedTitle(const std::string& publishedModel, bool sameSize);  ///< of the head's "reference"

Json toJson(const Comparison& comparison);                ///< "mnemo.comparison/1" (docs/json.md)
std::string comparisonCsv(const Comparison& comparison);  ///< one line per curve and layer of our model
Json referenceCurves(const Comparison& comparison);       ///< what a figure draws dashed: the head's "reference"

}  // namespace mnemo
