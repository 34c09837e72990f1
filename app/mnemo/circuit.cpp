// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits: edges between layers.
#include "core/data/circuit.h"
#include "app/mnemo/circuit_text.h"
#include "app/mnemo/pairs_text.h"
#include "app/mnemo/run.h"
#include "app/mnemo/text_table.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr int edgesOfAList = 20;

std::string edgeTable(const Circuit& circuit)
{
    const bool positional = !circuit.positions.empty();
    TextRows rows{{"from", "to"}};
    if (positional)
        rows.front().emplace_back("at");
    rows.front().insert(rows.front().end(), {"attribution", "exact"});
    for (const CircuitEdge& edge : strongest(circuit, edgesOfAList).edges) {
        std::vector<std::string>& row = rows.emplace_back();
        row = {circuit.nodes[std::size_t(edge.source)], circuit.nodes[std::size_t(edge.destination)]};
        if (positional)
            row.push_back(circuit.positions[std::size_t(edge.position)]);
        row.push_back(fixed("%.5f", edge.attribution));
        row.push_back(edge.exact ? fixed("%.5f", *edge.exact) : "–");
    }
    return "\nEdges that matter most (change of nld):\n" + aligned(rows);
}

std::string sizeTable(const std::vector<CircuitMeasure>& measures)
{
    TextRows rows{{"edges", "nld", "accuracy", "nld, train", "accuracy, train", "completeness"}};
    for (const CircuitMeasure& one : measures)
        rows.push_back({std::to_string(one.edges), fixed("%.3f", one.faithfulness), fixed("%.3f", one.accuracy),
                        fixed("%.3f", one.trainFaithfulness), fixed("%.3f", one.trainAccuracy),
                        fixed("%.3f", one.completeness())});
    return "\nCircuits of so many edges, all others patched:\n" + aligned(rows);
}

}  // namespace

std::string circuitText(const Result& result)
{
    std::string text = pairsLine(result.head);
    const Json& head = result.head;
    text += "all edges patched by the share:";
    for (std::size_t i = 0; i < head.at("alphas").size(); ++i)
        text += " " + fixed("%.2f", head["alphas"][i].get<double>()) + " → nld " +
                fixed("%.3f", head.at("metric")[i].get<double>());
    text += "\n";
    if (const std::optional<int> found = edgesFound(result)) {
        const Json& search = head.at("search");
        text += std::to_string(*found) + " of " + std::to_string(head.at("edges").get<int>()) +
                " edges answer more than " + fixed("%.0f", 100 * search.at("wanted").get<double>()) +
                " % of the pairs (" + std::to_string(search.at("on_paths").get<int>()) +
                " on a path from embed to output); held out: accuracy " +
                fixed("%.3f", search.at("held_out").at("accuracy").get<double>()) + ", nld " +
                fixed("%.3f", search["held_out"].at("nld").get<double>()) + "\n";
    } else if (head.contains("search"))
        text += "no number of edges answers more than " +
                fixed("%.0f", 100 * head["search"].at("wanted").get<double>()) +
                " % of the pairs: the model does not\n";
    text += edgeTable(circuitOf(result));
    if (const std::vector<CircuitMeasure> measures = circuitMeasures(result); !measures.empty())
        text += sizeTable(measures);
    return text;
}

std::string circuitInsideText(const Result& result)
{
    const Json& head = result.head;
    std::string text = pairsLine(head) + "a circuit of " + std::to_string(head.at("edges").get<int>()) +
                       " edges: nld " + fixed("%.3f", head.at("nld_before").get<double>());
    if (head.contains("tried_on"))
        text += "; with its needed parts alone " + fixed("%.3f", head.at("train").at("nld").get<double>()) +
                ", held out " + fixed("%.3f", head["tried_on"].at("nld").get<double>()) + ", accuracy " +
                fixed("%.3f", head["tried_on"].at("accuracy").get<double>());
    const ArrayPtr present = result.find("present"), loss = result.find("loss");
    TextRows rows{{"layer", "part", "nld lost without it"}};
    for (int layer = 0; layer < present->axes[0].size(); ++layer)
        for (int part = 0; part < present->axes[1].size(); ++part)
            if (present->has(layer, part) && present->at(layer, part) > 0)
                rows.push_back({present->axes[0].labels[std::size_t(layer)], present->axes[1].labels[std::size_t(part)],
                                fixed("%.4f", loss->at(layer, part))});
    return text + "\n\nNeeded inside its layers:\n" + aligned(rows);
}

void addCircuitInside(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("circuit-inside", "Which parts inside Mamba's layers a circuit needs"), line,
                  "circuit-inside");
}

void addCircuit(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("circuit", "Which edges between layers carry what pairs of prompts differ in"),
                  line, "circuit");
}

}  // namespace mnemo
