// SPDX-License-Identifier: GPL-3.0-or-later
// Results of the experiments over facts, small and with plain numbers.
#pragma once
#include "tests/widgets/sample_trace.h"

#include <cmath>
#include <limits>
#include <tuple>

namespace mnemo::test {

inline const std::vector<std::string> roles{"before the subject", "subject, earlier", "subject, last but one",
                                            "subject, last",      "between",          "prompt, last"};

/// first + layer / 10 + column / 100 everywhere.
inline ArrayPtr filled(const std::string& name, std::vector<Axis> axes, const std::string& unit, double first)
{
    Array array = Array::make(name, std::move(axes), unit);
    const std::size_t columns = array.axes.size() > 1 ? array.axes[1].labels.size() : 1;
    for (std::size_t i = 0; i < array.size(); ++i) {
        array.values[i] = first + double(i / columns) / 10 + double(i % columns) / 100;
        array.states[i] = CellState::Computed;
    }
    return std::make_shared<const Array>(std::move(array));
}

inline Result sampleOf(const std::string& kind)
{
    Result result;
    result.kind = kind;
    result.title = "Sample of " + kind;
    result.parameters = Json::object();
    result.model = {{"name", "tiny"}, {"hash", "abc123"}, {"dtype", "f32"}, {"layers", sampleLayers}};
    result.provenance = {{"mnemo", "0.1.0"}, {"seed", 1}};
    result.head = {{"counts", {{"used", 8}, {"unknown", 3}, {"without_partner", 0}, {"same_answer", 0}, {"weak", 1}}},
                   {"facts", Json::array()}};
    return result;
}

inline std::vector<Axis> layersBy(const std::string& axis, const std::vector<std::string>& labels)
{
    return {{"layer", layerLabels(sampleLayers)}, {axis, labels}};
}

/// "h" and "s" by role: ie 0.1 (s: 0.2) and up, standard errors 0.01 and up, 8 facts in each cell; a difference of two
/// signs; peaks. Nobody has tokens before the subject.
inline Result sampleAverage()
{
    Result result = sampleOf("average");
    result.head["sites"] = {"h", "s"};
    result.head["windows"] = {{"h", 1}, {"s", 2}};
    result.head["averaging"] = "eq7";
    const std::vector<Axis> axes = layersBy("role", roles);
    double first = 0.1;
    for (const std::string site : {"h", "s"}) {
        Array effects = *filled(site + ".ie", axes, "IE", first);
        Array counts = Array::make(site + ".n", axes, "facts");
        for (std::size_t cell = 0; cell < effects.size(); ++cell) {
            const bool none = cell % roles.size() == 0;
            counts.values[cell] = none ? 0 : 8;
            counts.states[cell] = CellState::Computed;
            if (none)
                effects.states[cell] = CellState::Undefined;
        }
        Array peaks = Array::make(site + ".peaks", {{"layer", layerLabels(sampleLayers)}}, "facts");
        peaks.values = {0, 1, 5, 2, 0};
        peaks.states.assign(5, CellState::Computed);
        result.arrays.push_back(std::make_shared<const Array>(effects));
        result.arrays.push_back(filled(site + ".se", axes, "IE", 0.01));
        result.arrays.push_back(std::make_shared<const Array>(counts));
        result.arrays.push_back(std::make_shared<const Array>(peaks));
        first += 0.1;
    }
    result.arrays.push_back(filled("difference.ie", axes, "IE", -0.3));
    return result;
}

inline Result samplePaths()
{
    Result result = sampleOf("paths");
    for (const std::string place : {"subject_last", "prompt_last"}) {
        const std::vector<Axis> axes = layersBy("severed", {"none", "s", "g", "o"});
        result.arrays.push_back(filled(place + ".ie", axes, "IE", 0.2));
        result.arrays.push_back(filled(place + ".se", axes, "IE", 0.01));
    }
    return result;
}

inline Result sampleKnockout()
{
    Result result = sampleOf("knockout");
    result.head["window"] = 3;
    result.head["cut"] = "a := mean";
    result.parameters = {{"others", "clean"}};
    const std::vector<Axis> axes = layersBy("tokens", {"subject", "subject, last", "not the subject", "prompt, last"});
    result.arrays = {filled("change", axes, "relative change", -0.8),
                     filled("change.se", axes, "relative change", 0.02)};
    return result;
}

inline void aboutOneFact(Result& result)
{
    const Json trace = sampleTrace().head;
    result.head = {{"tokens", trace["tokens"]},
                   {"subject", {0, 4}},
                   {"corrupt_subject", {0, 4}},
                   {"target", trace["target"]},
                   {"foil", trace["foil"]}};
}

/// In every cell the most probable token is "dN" of depth N.
inline Result sampleLens()
{
    Result result = sampleOf("lens");
    aboutOneFact(result);
    std::vector<std::string> depths = layerLabels(sampleLayers);
    depths.insert(depths.begin(), "embed");
    for (const std::string run : {"clean", "corrupt"}) {
        const std::vector<Axis> axes{{"layer", depths}, {"token", run == "clean" ? cleanTokens : corruptTokens}};
        result.arrays.push_back(filled(run + ".p", axes, "probability", 0.1));
        result.arrays.push_back(filled(run + ".logp", axes, "nats", -3));
        result.arrays.push_back(filled(run + ".rank", axes, "rank", 4));
        result.arrays.push_back(filled(run + ".top", axes, "token", 7));
        result.arrays.push_back(filled(run + ".top_p", axes, "probability", 0.3));
        for (std::size_t depth = 0; depth < depths.size(); ++depth)
            result.head[run + "_top_text"].push_back(
                std::vector<std::string>(cleanTokens.size(), " d" + std::to_string(depth)));
    }
    return result;
}

/// Of a model with attn and mlp: embed 0.1, then 0.2, 0.3, …; the corrupted run's are smaller by 1.
inline Result sampleDla()
{
    Result result = sampleOf("dla");
    aboutOneFact(result);
    std::vector<std::string> parts{"embed"};
    for (int layer = 0; layer < 2; ++layer)
        for (const std::string site : {"attn", "mlp"})
            parts.push_back(std::to_string(layer) + "." + site);
    parts.emplace_back("norm bias");
    result.arrays = {filled("clean.parts", {{"part", parts}}, "logit", 0.1),
                     filled("corrupt.parts", {{"part", parts}}, "logit", -0.9)};
    return result;
}

/// Two layers; the weight of a key is 0.1 of its place, and later ones have none.
inline Result sampleAttention()
{
    Result result = sampleOf("attention");
    aboutOneFact(result);
    for (int layer = 0; layer < 2; ++layer) {
        Array map = *filled("layers." + std::to_string(layer) + ".attention",
                            {{"query", cleanTokens}, {"key", cleanTokens}}, "norm", 0);
        for (int query = 0; query < int(cleanTokens.size()); ++query)
            for (int key = 0; key < int(cleanTokens.size()); ++key)
                map.values[std::size_t(query) * cleanTokens.size() + std::size_t(key)] = key <= query ? 0.1 * key : 0;
        result.arrays.push_back(std::make_shared<const Array>(std::move(map)));
    }
    return result;
}

/// ES from 50 on by layer and matrix, five points to either side; 3 without an edit.
inline Result sampleEvaluation()
{
    Result result = sampleOf("evaluate");
    const std::vector<Axis> axes = layersBy("matrix", {"W_o", "W_a", "W_g"});
    result.head["floor"] = {{"ES", 3}, {"PS", 5}, {"NS", 95}, {"S", 5.5}};
    for (const std::string name : {"ES", "PS", "NS", "S"}) {
        result.arrays.push_back(filled(name, axes, "%", 50));
        result.arrays.push_back(filled(name + ".low", axes, "%", 45));
        result.arrays.push_back(filled(name + ".high", axes, "%", 55));
    }
    return result;
}

/// Two relations over the embedding and two layers, two trials, β 1 and 2, ρ 1 and 4. "near" grows to 0.9 at layer 1
/// and β = 2, "far" is half of it; causality falls from 0.8 by 0.3 a layer.
inline Result sampleLre()
{
    Result result = sampleOf("lre");
    const Axis trials{"trial", {"1", "2"}}, relations{"relation", {"far", "near"}}, layers{"layer", {"emb", "0", "1"}},
        betas{"beta", {"1", "2"}}, ranks{"rank", {"1", "4"}};
    const auto made = [&](const std::string& name, const Axis& last, auto value) {
        Array array = Array::make(name, {trials, relations, layers, last}, "share");
        std::size_t at = 0;
        for (int trial = 0; trial < 2; ++trial)
            for (int relation = 0; relation < 2; ++relation)
                for (int layer = 0; layer < 3; ++layer)
                    for (int i = 0; i < 2; ++i, ++at) {
                        array.values[at] = value(relation == 0 ? 0.5 : 1.0, layer, i) + 0.02 * trial;
                        array.states[at] = CellState::Computed;
                    }
        result.arrays.push_back(std::make_shared<const Array>(std::move(array)));
    };
    const auto recall = [](double of, int layer, int beta) { return of * (0.3 + 0.3 * layer) / (beta == 0 ? 3 : 1); };
    for (const char* name : {"recall.1", "recall.2", "recall.3", "strict.1", "strict.2", "strict.3"})
        made(name, betas, recall);
    const auto moved = [](double, int layer, int rank) { return 0.8 - 0.3 * layer - (rank == 0 ? 0.1 : 0); };
    made("causality", ranks, moved);
    made("causality.strict", ranks, moved);
    for (const auto& [name, far, near] : {std::tuple("baseline", 0.1, 0.25), std::tuple("objects", 40.0, 5.0)}) {
        Array array = Array::make(name, {relations}, "");
        array.values = {far, near};
        array.states.assign(2, CellState::Computed);
        result.arrays.push_back(std::make_shared<const Array>(std::move(array)));
    }
    result.head["n"] = 5;
    result.head["relations"] = {
        {{"name", "far"}, {"trials", {{{"layer", "1"}, {"skipped", nullptr}, {"samples", Json::array()}}}}},
        {{"name", "near"},
         {"trials",
          {{{"layer", "1"},
            {"skipped", nullptr},
            {"samples",
             {{{"subject", "Oslo"}, {"object", "Norway"}, {"model", " Norway"}, {"lre", " Norway"}, {"right", true}},
              {{"subject", "Bern"},
               {"object", "Switzerland"},
               {"model", " Sw"},
               {"lre", " Italy"},
               {"right", false}}}}}}}}};
    return result;
}

inline std::vector<Result> sampleResults()
{
    return {sampleAverage(), samplePaths(),     sampleKnockout(),   sampleLens(),
            sampleDla(),     sampleAttention(), sampleEvaluation(), sampleLre()};
}

/// Somebody else's numbers for one column.
inline void addReference(Result& result, const std::string& array, const std::string& column, Json values)
{
    result.head["reference"]["title"] = "published, mamba-2.8b";
    result.head["reference"]["curves"].push_back({{"array", array}, {"column", column}, {"values", std::move(values)}});
}

}  // namespace mnemo::test
