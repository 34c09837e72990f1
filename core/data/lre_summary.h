// SPDX-License-Identifier: GPL-3.0-or-later
// What a view shows of a result of the kind "lre" (docs/json.md): one number per relation and layer.
#pragma once
#include "core/data/result.h"

#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// Which cells of the grid over β and ρ are looked at.
struct LreChoice {
    std::optional<int> beta;   ///< index on the axis; none: the best of each trial and layer
    std::optional<int> rank;   ///< index on the axis; none: the best of each trial and layer
    int top = 1;               ///< recall@k: the object is among the k most probable tokens, 1 … 3
    bool strict = false;       ///< the object's first token, not any beginning of the object
    bool byCausality = false;  ///< the best layer is the one with the best causality, as published for Pythia

    bool operator==(const LreChoice&) const = default;
};

/// As the head's "choice" of a result that is shown (docs/json.md); the default where there is none, and for what is
/// not on the axes.
LreChoice lreChoiceOf(const Result& result);
Json toJson(const LreChoice& choice);

/// Mean over the trials that have a value, and their standard deviation (n − 1; 0 for one trial).
struct LreShare {
    double mean = 0;  ///< 0 … 1; NaN without a trial
    double sd = 0;
    int trials = 0;

    bool operator==(const LreShare&) const = default;
};

struct LreLayer {
    LreShare faithfulness;
    LreShare causality;
    double beta = 0;  ///< mean of those chosen
    double rank = 0;
};

struct LreRelation {
    std::string name;
    double baseline = 0;  ///< random choice: Σ count² / N² over the objects' first tokens
    int objects = 0;      ///< distinct
    std::vector<LreLayer> layers;
    int best = -1;  ///< index of the layer with the best mean; −1: no layer has one

    const LreLayer* bestLayer() const { return best < 0 ? nullptr : &layers[std::size_t(best)]; }
};

/// One per relation, in the result's order. Per trial and layer the best β is that of the best recall@1, whatever k is
/// looked at (METHODS.md §5.5).
/// @throws Failure Damaged when the arrays are not those of an "lre" result
std::vector<LreRelation> summarizeLre(const Result& result, const LreChoice& choice = {});

/// Those that have a best layer, by their faithfulness there; of equals, as they came.
std::vector<LreRelation> mostFaithfulFirst(std::vector<LreRelation> relations);

}  // namespace mnemo
