// SPDX-License-Identifier: GPL-3.0-or-later
// What a view shows of a result of the kind "circuit" (docs/json.md).
#pragma once
#include "core/data/circuit.h"

#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// What the adjacency matrix is coloured by.
enum class EdgeValues { Attribution, Exact, Kept };

struct CircuitChoice {
    std::optional<int> edges;         ///< the first so many; none: as many as the search found, or what can be read
    bool onPaths = true;              ///< only those on a path from the first node to the last
    bool merged = true;               ///< the positions of two nodes' edge are one line
    std::vector<std::string> hidden;  ///< names of nodes that are left out
    EdgeValues matrix = EdgeValues::Attribution;
    double clamp = 0;  ///< ± end of the matrix's colours, in the unit of the attributions; 0: the largest value

    bool operator==(const CircuitChoice&) const = default;
};

/// As the head's "choice" of a result that is shown (docs/json.md); the default where there is none.
CircuitChoice circuitChoiceOf(const Result& result);
Json toJson(const CircuitChoice& choice);

/// "attribution", "exact", "kept": the words of "choice".
std::string_view edgeValuesName(EdgeValues values);

/// Numbers of edges that a circuit may be cut at, smallest first: those that were measured and the one that was found.
/// Where there are none: round ones, and all. @param all edges of the result
std::vector<int> circuitSteps(const Result& result, int all);

/// A circuit as it is looked at.
struct ShownCircuit {
    Circuit circuit;     ///< what is drawn: of the edges kept those on paths, without hidden nodes
    Circuit kept;        ///< the strongest ones; what was measured
    Circuit whole;       ///< every edge that there is
    int hidden = 0;      ///< nodes that have edges and are left out
    bool found = false;  ///< the search found so many edges to be enough
    std::optional<CircuitMeasure> measure;
};

/// @throws Failure as circuitOf()
ShownCircuit shownCircuit(const Result& result, const CircuitChoice& choice);

}  // namespace mnemo
