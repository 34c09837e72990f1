// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/circuit.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "core/data/error.h"
#include "core/data/numbers.h"

namespace mnemo {
namespace {

/// Nodes that can be reached from `start`. @param forwards along the edges, or against them
std::vector<bool> reached(const Circuit& circuit, int start, bool forwards)
{
    std::vector<bool> found(circuit.nodes.size(), false);
    found[std::size_t(start)] = true;
    std::vector<CircuitEdge> edges = circuit.edges;
    // Sources come before their destinations, so one pass in that order sees every path.
    std::ranges::sort(edges, {}, [&](const CircuitEdge& edge) { return forwards ? edge.source : -edge.destination; });
    for (const CircuitEdge& edge : edges) {
        const int from = forwards ? edge.source : edge.destination, to = forwards ? edge.destination : edge.source;
        if (found[std::size_t(from)])
            found[std::size_t(to)] = true;
    }
    return found;
}

/// None where the array is missing, smaller than its axes say, or has no value.
std::optional<double> numberAt(const ArrayPtr& array, std::size_t cell)
{
    if (!array || cell >= std::min(array->states.size(), array->values.size()) || !hasValue(array->states[cell]))
        return std::nullopt;
    return array->values[cell];
}

bool ranksByMagnitude(const Result& result)
{
    return result.parameters.is_object() && result.parameters.contains("ranking") &&
           result.parameters["ranking"] == "absolute";
}

}  // namespace

Circuit circuitOf(const Result& result)
{
    const ArrayPtr attribution = result.find("attribution");
    if (result.kind != "circuit" || !attribution || attribution->axes.size() < 2 || attribution->axes.size() > 3 ||
        attribution->axes[0].labels != attribution->axes[1].labels || !isWhole(*attribution))
        throw Failure(ErrorCode::Usage, "The result \"" + result.title + "\" has no edges.",
                      "Open the result of a circuit that has attributed at least one pair.");
    ArrayPtr exact = result.find("exact");
    if (exact && exact->axes != attribution->axes)
        exact = nullptr;
    Circuit circuit;
    circuit.nodes = attribution->axes[0].labels;
    const bool positional = attribution->axes.size() == 3;
    if (positional)
        circuit.positions = attribution->axes[2].labels;
    const std::size_t nodes = circuit.nodes.size(), depth = positional ? circuit.positions.size() : 1;
    for (std::size_t cell = 0; cell < attribution->size(); ++cell)
        if (const std::optional<double> value = numberAt(attribution, cell))
            if (const int source = int(cell / depth / nodes), destination = int(cell / depth % nodes);
                source < destination && std::isfinite(*value))
                circuit.edges.push_back(
                    {source, destination, positional ? int(cell % depth) : -1, *value, numberAt(exact, cell)});
    const bool absolute = ranksByMagnitude(result);
    std::ranges::stable_sort(circuit.edges, {}, [absolute](const CircuitEdge& edge) {
        return absolute ? -std::abs(edge.attribution) : edge.attribution;
    });
    return circuit;
}

std::vector<CircuitMeasure> circuitMeasures(const Result& result)
{
    const ArrayPtr held = result.find("faithfulness");
    if (!held || held->axes.size() != 1)
        return {};
    std::vector<CircuitMeasure> measures;
    const auto read = [&](const char* name, std::size_t i) {
        return numberAt(result.find(name), i).value_or(std::nan(""));
    };
    for (std::size_t i = 0; i < held->axes[0].labels.size(); ++i) {
        const std::optional<int> edges = wholeNumber(held->axes[0].labels[i]);
        if (const std::optional<double> faithfulness = numberAt(held, i); edges && faithfulness)
            measures.push_back({*edges, *faithfulness, read("accuracy", i), read("train.faithfulness", i),
                                read("train.accuracy", i), read("without", i)});
    }
    std::ranges::sort(measures, {}, &CircuitMeasure::edges);
    return measures;
}

std::optional<int> edgesFound(const Result& result)
{
    if (!result.head.is_object() || !result.head.contains("search"))
        return std::nullopt;
    const Json& search = result.head["search"];
    if (!search.is_object() || !search.contains("edges") || !search["edges"].is_number_integer())
        return std::nullopt;
    return search["edges"].get<int>();
}

Circuit strongest(const Circuit& circuit, int edges)
{
    Circuit some{circuit.nodes, circuit.positions, {}};
    const auto count = std::clamp<std::ptrdiff_t>(edges, 0, std::ssize(circuit.edges));
    some.edges.assign(circuit.edges.begin(), circuit.edges.begin() + count);
    return some;
}

Circuit onPaths(const Circuit& circuit)
{
    Circuit some{circuit.nodes, circuit.positions, {}};
    if (circuit.nodes.empty())
        return some;
    const std::vector<bool> fed = reached(circuit, 0, true), heard = reached(circuit, circuit.output(), false);
    std::ranges::copy_if(circuit.edges, std::back_inserter(some.edges), [&](const CircuitEdge& edge) {
        return fed[std::size_t(edge.source)] && heard[std::size_t(edge.destination)];
    });
    return some;
}

Circuit withoutNodes(const Circuit& circuit, const std::vector<std::string>& names)
{
    Circuit some{circuit.nodes, circuit.positions, {}};
    const auto stays = [&](int node) {
        return std::ranges::find(names, circuit.nodes[std::size_t(node)]) == names.end();
    };
    std::ranges::copy_if(circuit.edges, std::back_inserter(some.edges),
                         [&](const CircuitEdge& edge) { return stays(edge.source) && stays(edge.destination); });
    return some;
}

std::vector<bool> usedNodes(const Circuit& circuit)
{
    std::vector<bool> used(circuit.nodes.size(), false);
    for (const CircuitEdge& edge : circuit.edges)
        used[std::size_t(edge.source)] = used[std::size_t(edge.destination)] = true;
    return used;
}

std::optional<std::string> strongestLayer(const Circuit& circuit)
{
    std::vector<double> sums(circuit.nodes.size(), 0);
    for (const CircuitEdge& edge : circuit.edges)
        for (const int node : {edge.source, edge.destination})
            if (node != 0 && node != circuit.output())
                sums[std::size_t(node)] += std::abs(edge.attribution);
    const auto most = std::ranges::max_element(sums);
    return most == sums.end() || *most == 0 ? std::nullopt
                                            : std::optional(circuit.nodes[std::size_t(most - sums.begin())]);
}

std::vector<MergedEdge> mergedEdges(const Circuit& circuit)
{
    std::map<std::pair<int, int>, MergedEdge> byEnds;
    for (std::size_t i = 0; i < circuit.edges.size(); ++i) {
        const CircuitEdge& edge = circuit.edges[i];
        MergedEdge& merged = byEnds[{edge.source, edge.destination}];
        merged.source = edge.source;
        merged.destination = edge.destination;
        merged.edges.push_back(int(i));
        merged.attribution += edge.attribution;
    }
    std::vector<MergedEdge> all;
    for (auto& [ends, merged] : byEnds) {
        std::ranges::sort(merged.edges, {}, [&](int i) { return circuit.edges[std::size_t(i)].position; });
        all.push_back(std::move(merged));
    }
    return all;
}

std::string positionsText(const Circuit& circuit, const std::vector<int>& edges)
{
    std::string text;
    for (const int i : edges)
        if (const int position = circuit.edges[std::size_t(i)].position; position >= 0)
            text += (text.empty() ? "" : ", ") + circuit.positions[std::size_t(position)];
    return text;
}

}  // namespace mnemo
