// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/site.h"
#include "core/engine/language_model.h"

#include <string>
#include <vector>

namespace mnemo {

/// A part of the model that reads the residual and adds to it.
struct CircuitNode {
    std::string label;  ///< "embed", "7", "attn 7", "output"
    int layer = 0;      ///< −1 the embedding, L the output
    Site in;            ///< its own copy of the residual; none for the embedding
    Site out;           ///< what it adds; none for the output
};

/// The nodes of a model's circuits, in the order of the forward pass: the embedding, the layers of a Mamba, attention
/// and MLP of each layer of a GPT-NeoX, the output. METHODS.md §7.7. Where an MLP reads its layer's attention as well
/// (GPT-NeoX without parallel residuals), that stays a part of the layer and is no edge.
class CircuitNodes
{
public:
    explicit CircuitNodes(const LanguageModel& model);

    const std::vector<CircuitNode>& all() const { return m_nodes; }
    int size() const { return int(m_nodes.size()); }
    int output() const { return size() - 1; }
    std::vector<std::string> labels() const;

    /// Whether node i gives to node j: it does when its layer is below. Attention and MLP of one layer read the same.
    bool isEdge(int i, int j) const { return m_nodes[std::size_t(i)].layer < m_nodes[std::size_t(j)].layer; }
    int edges() const;

    /// The residual that a node reads: embed, h of the layer below, or of the last one.
    Site residualBefore(int node) const;

private:
    std::vector<CircuitNode> m_nodes;
};

}  // namespace mnemo
