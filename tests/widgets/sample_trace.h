// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <string>
#include <vector>

namespace mnemo::test {

inline const std::vector<std::string> cleanTokens{"The", " Space", " Need", "le", " is", " in"};
inline const std::vector<std::string> corruptTokens{"The", " Statue", " Lib", "erty", " is", " in"};
inline constexpr int sampleLayers = 5;

inline std::vector<std::string> layerLabels(int layers)
{
    std::vector<std::string> labels;
    for (int layer = 0; layer < layers; ++layer)
        labels.push_back(std::to_string(layer));
    return labels;
}

/// Layer × token values 0.01 + layer / 10 + token / 100; token 0 exact, last token of layer 0 not computed, its layer 1
/// undefined.
inline Array sampleArray(const std::string& name, int layers = sampleLayers)
{
    Array array = Array::make(name, {{"layer", layerLabels(layers)}, {"token", cleanTokens}}, "probability");
    const int tokens = array.axes[1].size();
    for (int layer = 0; layer < layers; ++layer)
        for (int pos = 0; pos < tokens; ++pos) {
            const auto at = std::size_t(layer * tokens + pos);
            array.values[at] = 0.01 + layer / 10.0 + pos / 100.0;
            array.states[at] = pos == 0 ? CellState::Exact : CellState::Computed;
            if (pos == tokens - 1 && layer < 2)
                array.states[at] = layer == 0 ? CellState::NotComputed : CellState::Undefined;
        }
    return array;
}

inline Json tokenList(const std::vector<std::string>& texts)
{
    Json tokens = Json::array();
    for (const std::string& text : texts)
        tokens.push_back({{"id", int(tokens.size()) + 10}, {"text", text}, {"begin", 0}, {"end", 1}});
    return tokens;
}

inline Result sampleTrace()
{
    Result trace;
    trace.kind = "trace";
    trace.parameters = {{"prompt", "{} is in"}, {"subject", "The Space Needle"}, {"swap", "The Statue of Liberty"}};
    trace.model = {{"name", "tiny"}, {"hash", "abc123"}, {"dtype", "f32"}};
    trace.provenance = {{"mnemo", "0.1.0"}, {"seed", 1}};
    trace.head = {{"tokens", tokenList(cleanTokens)},
                  {"corrupt_tokens", tokenList(corruptTokens)},
                  {"prefix_tokens", 0},
                  {"subject", {0, 4}},
                  {"corrupt_subject", {0, 4}},
                  {"target", {{"id", 7}, {"text", " Seattle"}}},
                  {"foil", {{"id", 9}, {"text", " New"}}},
                  {"p_clean", 0.61},
                  {"p_corrupt", 0.01},
                  {"sites", {"h", "s"}},
                  {"windows", {{"h", 1}, {"s", 3}}},
                  {"window_share", {{"h", 0.2}, {"s", 0.6}}}};
    for (const char* site : {"h", "s"})
        trace.arrays.push_back(std::make_shared<const Array>(sampleArray(std::string(site) + ".p")));
    return trace;
}

}  // namespace mnemo::test
