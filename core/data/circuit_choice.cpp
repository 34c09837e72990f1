// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/circuit_choice.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mnemo {
namespace {

constexpr int readable = 200;  // edges that can still be told apart in a drawing

constexpr std::array allValues{EdgeValues::Attribution, EdgeValues::Exact, EdgeValues::Kept};

bool flagOf(const Json& json, const char* key, bool usual)
{
    return json.contains(key) && json[key].is_boolean() ? json[key].get<bool>() : usual;
}

EdgeValues valuesOf(const Json& json)
{
    for (const EdgeValues values : allValues)
        if (json.contains("matrix") && json["matrix"] == std::string(edgeValuesName(values)))
            return values;
    return EdgeValues::Attribution;
}

/// Nothing was searched for: the most that was measured of what can be read.
int usualEdges(const std::vector<int>& steps)
{
    const auto above = std::ranges::upper_bound(steps, readable);
    return steps.empty() ? 0 : above == steps.begin() ? steps.front() : *std::prev(above);
}

}  // namespace

std::string_view edgeValuesName(EdgeValues values)
{
    return values == EdgeValues::Exact ? "exact" : values == EdgeValues::Kept ? "kept" : "attribution";
}

CircuitChoice circuitChoiceOf(const Result& result)
{
    CircuitChoice choice;
    if (!result.head.is_object() || !result.head.contains("choice") || !result.head["choice"].is_object())
        return choice;
    const Json& json = result.head["choice"];
    if (json.contains("edges") && json["edges"].is_number_integer())
        choice.edges = json["edges"].get<int>();
    choice.onPaths = flagOf(json, "on_paths", choice.onPaths);
    choice.merged = flagOf(json, "merged", choice.merged);
    if (json.contains("hidden") && json["hidden"].is_array())
        for (const Json& name : json["hidden"])
            if (name.is_string())
                choice.hidden.push_back(name.get<std::string>());
    choice.matrix = valuesOf(json);
    if (json.contains("clamp") && json["clamp"].is_number() && std::isfinite(json["clamp"].get<double>()))
        choice.clamp = std::abs(json["clamp"].get<double>());
    return choice;
}

Json toJson(const CircuitChoice& choice)
{
    return {{"edges", choice.edges ? Json(*choice.edges) : Json()},
            {"on_paths", choice.onPaths},
            {"merged", choice.merged},
            {"hidden", choice.hidden},
            {"matrix", std::string(edgeValuesName(choice.matrix))},
            {"clamp", choice.clamp > 0 ? Json(choice.clamp) : Json()}};
}

std::vector<int> circuitSteps(const Result& result, int all)
{
    std::vector<int> steps;
    for (const CircuitMeasure& measure : circuitMeasures(result))
        steps.push_back(measure.edges);
    if (const std::optional<int> found = edgesFound(result))
        steps.push_back(*found);
    if (steps.empty()) {
        for (const int first : {10, 20, 50})
            for (int step = first; step < all; step *= 10)
                steps.push_back(step);
        steps.push_back(all);
    }
    std::erase_if(steps, [all](int step) { return step < 0 || step > all; });
    std::ranges::sort(steps);
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    return steps;
}

ShownCircuit shownCircuit(const Result& result, const CircuitChoice& choice)
{
    ShownCircuit shown;
    shown.whole = circuitOf(result);
    const int all = int(shown.whole.edges.size());
    const std::optional<int> found = edgesFound(result);
    const int edges = choice.edges ? *choice.edges : found ? *found : usualEdges(circuitSteps(result, all));
    shown.kept = strongest(shown.whole, edges);
    const int kept = int(shown.kept.edges.size());
    shown.found = found == kept;
    shown.circuit = choice.onPaths ? onPaths(shown.kept) : shown.kept;
    const Circuit before = shown.circuit;
    shown.circuit = withoutNodes(before, choice.hidden);
    const std::vector<bool> used = usedNodes(before);
    for (std::size_t node = 0; node < used.size(); ++node)
        shown.hidden += used[node] && std::ranges::find(choice.hidden, before.nodes[node]) != choice.hidden.end();
    for (const CircuitMeasure& measure : circuitMeasures(result))
        if (measure.edges == kept)
            shown.measure = measure;
    return shown;
}

}  // namespace mnemo
