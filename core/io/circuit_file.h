// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits as files for programs that draw or analyse graphs: DOT (Graphviz), GraphML, JSON.
#pragma once
#include "core/data/circuit_choice.h"

#include <filesystem>
#include <string>

namespace mnemo {

/// Which edges of a result go into a file.
enum class GraphPart {
    Drawn,  ///< what the head's "choice" shows: so many edges, those on paths, without hidden nodes
    Whole,  ///< every edge; those that are kept are marked
};

/// "mnemo.graph/1" (docs/json.md). @throws Failure Usage as circuitOf()
Json circuitJson(const Result& result, GraphPart part);

/// A directed graph from bottom to top, for `dot`. Edges have the label of their position, or, where positions are
/// merged, one edge stands for all of them and has their labels. @throws Failure Usage as circuitOf()
std::string circuitDot(const Result& result, GraphPart part);

/// Nodes and edges with typed data; one edge per position. @throws Failure Usage as circuitOf()
std::string circuitGraphMl(const Result& result, GraphPart part);

/// Writes .dot, .graphml or .json (circuitJson()), by the file's ending, whole or not at all.
/// @throws Failure Usage as circuitOf(), or naming the known extensions; WriteFailed naming the folder
void writeCircuit(const Result& result, GraphPart part, const std::filesystem::path& file);

}  // namespace mnemo
