// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/circuit_nodes.h"

namespace mnemo {

CircuitNodes::CircuitNodes(const LanguageModel& model)
{
    using enum SiteKind;
    const ModelInfo& info = model.info();
    const bool twoParts = siteWidth(model, AttnIn) > 0;
    m_nodes.push_back({"embed", -1, {}, {Embed, 0, {}}});
    for (int layer = 0; layer < info.layers; ++layer) {
        const std::string number = std::to_string(layer);
        if (twoParts) {
            m_nodes.push_back({"attn " + number, layer, {AttnIn, layer, {}}, {Attn, layer, {}}});
            m_nodes.push_back({"mlp " + number, layer, {MlpIn, layer, {}}, {Mlp, layer, {}}});
        } else {
            m_nodes.push_back({number, layer, {BlockIn, layer, {}}, {O, layer, {}}});
        }
    }
    m_nodes.push_back({"output", info.layers, {Final, 0, {}}, {}});
}

std::vector<std::string> CircuitNodes::labels() const
{
    std::vector<std::string> labels;
    for (const CircuitNode& node : m_nodes)
        labels.push_back(node.label);
    return labels;
}

int CircuitNodes::edges() const
{
    int count = 0;
    for (int j = 0; j < size(); ++j)
        for (int i = 0; i < j; ++i)
            count += isEdge(i, j) ? 1 : 0;
    return count;
}

Site CircuitNodes::residualBefore(int node) const
{
    const int layer = m_nodes[std::size_t(node)].layer;
    return layer == 0 ? Site{SiteKind::Embed, 0, {}} : Site{SiteKind::H, layer - 1, {}};
}

}  // namespace mnemo
