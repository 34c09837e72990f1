// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits with plain numbers.
#pragma once
#include "core/data/circuit.h"

#include <string>
#include <vector>

namespace mnemo::test {

/// "embed", "0", …, "output".
inline std::vector<std::string> blockNames(int layers)
{
    std::vector<std::string> names{"embed"};
    for (int layer = 0; layer < layers; ++layer)
        names.push_back(std::to_string(layer));
    names.emplace_back("output");
    return names;
}

inline const std::vector<std::string> circuitPositions{"n1", "n2", "end"};

inline Result circuitResult(const std::vector<std::string>& nodes, const std::vector<std::string>& positions)
{
    Result result;
    result.kind = "circuit";
    result.title = "Sample of circuit";
    result.parameters = {{"ranking", "signed"}};
    result.model = {{"name", "tiny"}, {"hash", "abc123"}, {"dtype", "f32"}, {"layers", int(nodes.size()) - 2}};
    result.provenance = {{"mnemo", "0.1.0"}, {"seed", 1}};
    result.head = Json::object();
    std::vector<Axis> axes{{"source", nodes}, {"destination", nodes}};
    if (!positions.empty())
        axes.push_back({"position", positions});
    result.arrays = {std::make_shared<const Array>(Array::make("attribution", axes, "normalised logit difference"))};
    return result;
}

/// Of an array of a result, by its name.
inline void setCell(Result& result, const std::string& name, int source, int destination, int position, double value)
{
    for (ArrayPtr& array : result.arrays)
        if (array->name == name) {
            Array changed = *array;
            const std::size_t nodes = changed.axes[0].labels.size();
            const std::size_t depth = changed.axes.size() > 2 ? changed.axes[2].labels.size() : 1;
            const std::size_t cell =
                (std::size_t(source) * nodes + std::size_t(destination)) * depth + std::size_t(position);
            changed.values[cell] = value;
            changed.states[cell] = CellState::Computed;
            array = std::make_shared<const Array>(std::move(changed));
        }
}

/// With faithfulness 0.1 × place, accuracy + 0.01, train + 0.02 and + 0.03, without 0.5 − 0.1 × place.
inline void addMeasures(Result& result, const std::vector<int>& edges)
{
    std::vector<std::string> labels;
    for (const int one : edges)
        labels.push_back(std::to_string(one));
    double first = 0.1;
    for (const char* name : {"faithfulness", "accuracy", "train.faithfulness", "train.accuracy"}) {
        Array array = Array::make(name, {{"edges", labels}}, "");
        for (std::size_t i = 0; i < edges.size(); ++i)
            array.values[i] = first + 0.1 * double(i);
        array.states.assign(edges.size(), CellState::Computed);
        result.arrays.push_back(std::make_shared<const Array>(std::move(array)));
        first += 0.01;
    }
    Array without = Array::make("without", {{"edges", labels}}, "");
    for (std::size_t i = 0; i < edges.size(); ++i)
        without.values[i] = 0.5 - 0.1 * double(i);
    without.states.assign(edges.size(), CellState::Computed);
    result.arrays.push_back(std::make_shared<const Array>(std::move(without)));
}

/// Nodes embed, 0, 1, output (0 … 3). By strength: embed→1 −0.4, 1→output −0.3, embed→0 −0.2, 0→output −0.1,
/// embed→output 0, 0→1 0.2. Measured at 2, 4 and 6 edges; 4 were found to be enough.
inline Result sampleCircuit()
{
    Result result = circuitResult(blockNames(2), {});
    for (const auto& [source, destination, value] :
         {std::tuple(0, 2, -0.4), std::tuple(2, 3, -0.3), std::tuple(0, 1, -0.2), std::tuple(1, 3, -0.1),
          std::tuple(0, 3, 0.0), std::tuple(1, 2, 0.2)})
        setCell(result, "attribution", source, destination, 0, value);
    Array exact = *result.arrays.front();
    exact.name = "exact";
    for (double& value : exact.values)
        value *= 1.5;
    result.arrays.push_back(std::make_shared<const Array>(std::move(exact)));
    addMeasures(result, {2, 4, 6});
    result.head["search"] = {{"edges", 4}};
    return result;
}

/// The same nodes at n1, n2 and end. embed→1 at n1 −0.4 and n2 −0.3, 1→output at end −0.25, embed→0 at n1 −0.2,
/// 0→output at end 0.1. No exact effects, nothing measured.
inline Result positionalCircuit()
{
    Result result = circuitResult(blockNames(2), circuitPositions);
    for (const auto& [source, destination, position, value] :
         {std::tuple(0, 2, 0, -0.4), std::tuple(0, 2, 1, -0.3), std::tuple(2, 3, 2, -0.25), std::tuple(0, 1, 0, -0.2),
          std::tuple(1, 3, 2, 0.1)})
        setCell(result, "attribution", source, destination, position, value);
    return result;
}

/// Every edge between the embedding, so many layers and the output; attributions differ, a tenth is above 0.
inline Result wholeCircuit(int layers, const std::vector<std::string>& positions = {})
{
    Result result = circuitResult(blockNames(layers), positions);
    Array all = *result.arrays.front();
    const int nodes = layers + 2, depth = positions.empty() ? 1 : int(positions.size());
    int count = 0;
    for (int source = 0; source < nodes; ++source)
        for (int destination = source + 1; destination < nodes; ++destination)
            for (int position = 0; position < depth; ++position, ++count) {
                const std::size_t cell = std::size_t((source * nodes + destination) * depth + position);
                all.values[cell] = (count % 10 == 9 ? 0.3 : -1.0) / (1 + (count * 37) % 1009);
                all.states[cell] = CellState::Computed;
            }
    result.arrays.front() = std::make_shared<const Array>(std::move(all));
    return result;
}

}  // namespace mnemo::test
