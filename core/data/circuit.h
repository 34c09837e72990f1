// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits as edge attribution patching finds them: graphs of blocks whose edges are ranked (METHODS.md §7.7).
#pragma once
#include "core/data/result.h"

#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// What one node gives to another: its output as a part of the other's input, at one token position or at all.
struct CircuitEdge {
    int source = 0;               ///< index of a node
    int destination = 0;          ///< of a later one
    int position = -1;            ///< index of a position; −1: all of them together
    double attribution = 0;       ///< below 0: the metric falls when the edge is patched with the corrupted run's
    std::optional<double> exact;  ///< measured change of the metric when this edge alone is patched

    bool operator==(const CircuitEdge&) const = default;
};

struct Circuit {
    std::vector<std::string> nodes;      ///< "embed", "0", …, "output", in the order of the forward pass
    std::vector<std::string> positions;  ///< labels; empty when positions are taken together
    std::vector<CircuitEdge> edges;      ///< what matters most first

    int output() const { return int(nodes.size()) - 1; }
};

/// What a circuit of so many edges does by itself: every other edge carries what it carries in the corrupted run.
struct CircuitMeasure {
    int edges = 0;
    double faithfulness = 0;       ///< normalised logit difference of held-out pairs: 1 = as the whole model
    double accuracy = 0;           ///< share of them whose answer is the most probable of their candidates
    double trainFaithfulness = 0;  ///< of the pairs that the edges were ranked by
    double trainAccuracy = 0;
    double without = 0;  ///< normalised logit difference, held out, when only the circuit's edges are patched

    double completeness() const { return 1 - without; }  ///< share of the behaviour that goes when the circuit does
};

/// All edges of a result of the experiment circuit, in the order it ranked them in.
/// @throws Failure Usage when the result is of another kind or has no attributions yet
Circuit circuitOf(const Result& result);

/// What was measured of the result's circuits, smallest first; empty where nothing was.
std::vector<CircuitMeasure> circuitMeasures(const Result& result);

/// The number of edges that the search found to be enough. @return none when nothing was searched for or found
std::optional<int> edgesFound(const Result& result);

/// The first so many edges.
Circuit strongest(const Circuit& circuit, int edges);

/// Without the edges that are on no path from the first node to the last. Positions do not matter: blocks move what
/// they read to later tokens.
Circuit onPaths(const Circuit& circuit);

/// Without the edges that begin or end at these. @param names of nodes; those that are none do not matter
Circuit withoutNodes(const Circuit& circuit, const std::vector<std::string>& names);

/// Per node: whether an edge begins or ends there.
std::vector<bool> usedNodes(const Circuit& circuit);

/// All edges of the same two nodes, whatever their positions.
struct MergedEdge {
    int source = 0;
    int destination = 0;
    std::vector<int> edges;  ///< indices, in the order of their positions
    double attribution = 0;  ///< their sum: attributions add up
};

/// By source and destination.
std::vector<MergedEdge> mergedEdges(const Circuit& circuit);

/// The node, other than the first and the last, whose edges have the largest attributions, summed by their size.
/// @return none of a circuit without such edges
std::optional<std::string> strongestLayer(const Circuit& circuit);

/// "n1, n2, end": of positions; empty where they are taken together.
std::string positionsText(const Circuit& circuit, const std::vector<int>& edges);

}  // namespace mnemo
