// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/knockout_plan.h"

#include <algorithm>

namespace mnemo {
namespace {

bool contains(const std::vector<int>& tokens, int token)
{
    return std::ranges::binary_search(tokens, token);
}

}  // namespace

std::vector<TokenSet> knockoutSets(TokenSpan subject, int promptTokens)
{
    TokenSet inside{"subject", {}}, outside{"not the subject", {}};
    for (int token = 0; token < promptTokens; ++token)
        if (subject.contains(token))
            inside.tokens.push_back(token);
        else if (token < promptTokens - 1)
            outside.tokens.push_back(token);
    return {inside, {"subject, last", {subject.end - 1}}, outside, {"prompt, last", {promptTokens - 1}}};
}

std::vector<Patch> ablate(const std::vector<int>& tokens, LayerRange layers, const LayerMeans& means, int promptTokens,
                          std::optional<RunId> clean)
{
    std::vector<int> others;  // before the first ablated token nothing differs
    for (int token = tokens.front() + 1; clean && token < promptTokens - 1; ++token)
        if (!contains(tokens, token))
            others.push_back(token);
    std::vector<Patch> patches;
    for (int layer = layers.first; layer < layers.end; ++layer) {
        const Site site{SiteKind::A, layer, {}};
        patches.push_back({site, tokens, SetTo{means[std::size_t(layer)]}});
        if (!others.empty())
            patches.push_back({site, others, CopyFrom{*clean, others}});
    }
    return patches;
}

std::vector<Patch> silence(const std::vector<int>& tokens, LayerRange layers, int stateSize, RunId clean)
{
    const auto nothing =
        std::make_shared<const HostTensor>(HostTensor{{stateSize}, std::vector<float>(std::size_t(stateSize), 0.0F)});
    std::vector<Patch> patches;
    for (int layer = layers.first; layer < layers.end; ++layer) {
        patches.push_back({{SiteKind::Write, layer, {}}, tokens, SetTo{nothing}});
        patches.push_back({{SiteKind::S, layer, {}}, tokens, CopyFrom{clean, tokens}});
    }
    return patches;
}

std::vector<Patch> maskAttention(const std::vector<int>& tokens, LayerRange layers, int promptTokens, Queries queries)
{
    std::vector<Patch> patches;
    for (int layer = layers.first; layer < layers.end; ++layer)
        for (int query = queries == Queries::Later ? tokens.front() + 1 : promptTokens - 1; query < promptTokens;
             ++query) {
            std::vector<int> keys;
            for (const int token : tokens)
                if (token < query)
                    keys.push_back(token);
            if (!keys.empty())
                patches.push_back({{SiteKind::Pattern, layer, {}}, {query}, Mask{std::move(keys)}});
        }
    return patches;
}

}  // namespace mnemo
