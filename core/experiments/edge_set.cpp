// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/edge_set.h"

#include <algorithm>
#include <map>

namespace mnemo {

EdgeSet::EdgeSet(int nodes, int positions)
    : m_nodes(std::size_t(nodes)),
      m_positions(std::size_t(positions)),
      m_has(m_nodes * m_nodes * std::max<std::size_t>(1, m_positions), false)
{
}

void EdgeSet::add(int source, int destination, int position)
{
    m_has[index(source, destination, position)] = true;
}

EdgeSet firstEdges(const Circuit& circuit, int edges)
{
    EdgeSet set(int(circuit.nodes.size()), int(circuit.positions.size()));
    for (const CircuitEdge& edge : strongest(circuit, edges).edges)
        set.add(edge.source, edge.destination, edge.position);
    return set;
}

std::vector<Patch> patchEdges(const CircuitNodes& nodes, const EdgeSet& edges, bool others, const PromptPair& pair,
                              RunId corrupt)
{
    std::vector<Patch> patches;
    for (int node = 1; node < nodes.size(); ++node) {
        std::map<std::vector<Site>, std::vector<int>> groups;  // patched sources: tokens
        std::vector<Site> all;
        for (int source = 0; source < node; ++source)
            if (nodes.isEdge(source, node))
                all.push_back(nodes.all()[std::size_t(source)].out);
        for (int token = pair.firstDifference(); token < pair.tokens(); ++token) {
            std::vector<Site> patched;
            for (int source = 0; source < node; ++source)
                if (nodes.isEdge(source, node) && edges.has(source, node, token) != others)
                    patched.push_back(nodes.all()[std::size_t(source)].out);
            if (!patched.empty())
                groups[patched].push_back(token);
        }
        for (auto& [patched, tokens] : groups) {
            const Site& in = nodes.all()[std::size_t(node)].in;
            if (2 * patched.size() <= all.size()) {
                patches.emplace_back(in, tokens, Reroute{patched, corrupt, 1});
                continue;
            }
            // Nearly all: the whole residual, and the few that stay taken back.
            patches.emplace_back(in, tokens, Reroute{{nodes.residualBefore(node)}, corrupt, 1});
            std::vector<Site> kept;
            std::ranges::copy_if(all, std::back_inserter(kept),
                                 [&](const Site& site) { return std::ranges::find(patched, site) == patched.end(); });
            if (!kept.empty())
                patches.emplace_back(in, tokens, Reroute{std::move(kept), corrupt, -1});
        }
    }
    return patches;
}

}  // namespace mnemo
