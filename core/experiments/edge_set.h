// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/circuit.h"
#include "core/data/plan.h"
#include "core/experiments/circuit_nodes.h"
#include "core/experiments/pair_set.h"

#include <vector>

namespace mnemo {

/// Edges of a model's graph, at all positions together or each at its own.
class EdgeSet
{
public:
    /// @param positions tokens of the prompts; 0: together
    EdgeSet(int nodes, int positions);

    void add(int source, int destination, int position = -1);
    bool has(int source, int destination, int token) const { return m_has[index(source, destination, token)]; }

private:
    std::size_t index(int source, int destination, int token) const
    {
        const std::size_t edge = std::size_t(source) * m_nodes + std::size_t(destination);
        return m_positions == 0 ? edge : edge * m_positions + std::size_t(token);
    }

    std::size_t m_nodes, m_positions;
    std::vector<bool> m_has;
};

/// The first so many edges of a ranked circuit.
EdgeSet firstEdges(const Circuit& circuit, int edges);

/// Gives every edge of the set (or, `others`, every edge that is not in it) what it carries in the corrupted run; what
/// the nodes add in this pass goes on along the rest. METHODS.md §7.7: out_i is that of the same pass.
/// @param corrupt the pair's corrupted run
std::vector<Patch> patchEdges(const CircuitNodes& nodes, const EdgeSet& edges, bool others, const PromptPair& pair,
                              RunId corrupt);

}  // namespace mnemo
