// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/circuit_file.h"

#include "core/data/error.h"
#include "core/data/numbers.h"
#include "core/io/atomic_file.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

/// A result's circuit with what documents say about it.
struct Graph {
    ShownCircuit shown;
    CircuitChoice choice;
    GraphPart part;

    const Circuit& circuit() const { return part == GraphPart::Whole ? shown.whole : shown.circuit; }
    int kept() const { return int(shown.kept.edges.size()); }
    const std::string& node(int index) const { return circuit().nodes[std::size_t(index)]; }
    std::string position(const CircuitEdge& edge) const
    {
        return edge.position < 0 ? std::string() : circuit().positions[std::size_t(edge.position)];
    }
    bool isKept(std::size_t edge) const { return part == GraphPart::Drawn || int(edge) < kept(); }
};

Graph graphOf(const Result& result, GraphPart part)
{
    const CircuitChoice choice = circuitChoiceOf(result);
    return {shownCircuit(result, choice), choice, part};
}

/// What a circuit of so many edges does: name and value; NaN where it was not measured.
std::vector<std::pair<const char*, double>> measured(const CircuitMeasure& measure)
{
    return {{"faithfulness", measure.faithfulness},
            {"accuracy", measure.accuracy},
            {"train_faithfulness", measure.trainFaithfulness},
            {"train_accuracy", measure.trainAccuracy},
            {"completeness", measure.completeness()}};
}

std::string numberText(double value)
{
    return numberJson(value).dump();  // the shortest that reads back as the same; "null" for none
}

/// A quoted string of the DOT language: quotes are escaped, and backslashes, which labels would interpret.
std::string dotText(std::string_view text)
{
    std::string quoted = "\"";
    for (const char letter : repairUtf8(text)) {
        if (letter == '"' || letter == '\\')
            quoted += '\\';
        if (letter == '\n')
            quoted += "\\n";
        else if (letter != '\0' && letter != '\r')
            quoted += letter;
    }
    return quoted + '"';
}

/// Text of XML 1.0, which has no control characters.
std::string xmlText(std::string_view text)
{
    std::string escaped;
    for (const char letter : repairUtf8(text)) {
        if (letter == '&')
            escaped += "&amp;";
        else if (letter == '<')
            escaped += "&lt;";
        else if (letter == '>')
            escaped += "&gt;";
        else if (letter == '"')
            escaped += "&quot;";
        else if (letter == '\n' || letter == '\t')
            escaped += letter == '\n' ? "&#10;" : "&#9;";
        else if (static_cast<unsigned char>(letter) >= 0x20)
            escaped += letter;
        else
            escaped += "\xEF\xBF\xBD";
    }
    return escaped;
}

std::string sentence(const Graph& graph)
{
    std::string text = std::to_string(graph.circuit().edges.size()) + " of " +
                       std::to_string(graph.shown.whole.edges.size()) + " edges, " + std::to_string(graph.kept()) +
                       " kept";
    if (graph.shown.measure)
        for (const auto& [name, value] : measured(*graph.shown.measure))
            text += std::string(", ") + name + " " + (std::isfinite(value) ? numberText(value) : "not measured");
    return text;
}

Json edgeJson(const Graph& graph, std::size_t index)
{
    const CircuitEdge& edge = graph.circuit().edges[index];
    Json json = {{"source", graph.node(edge.source)}, {"target", graph.node(edge.destination)}};
    if (edge.position >= 0)
        json["position"] = graph.position(edge);
    json["attribution"] = numberJson(edge.attribution);
    if (edge.exact)
        json["exact"] = numberJson(*edge.exact);
    if (graph.part == GraphPart::Whole)
        json["kept"] = graph.isKept(index);
    return json;
}

/// One line of DOT. @param edges indices of those it stands for
std::string dotEdge(const Graph& graph, const std::vector<int>& edges, double attribution, double reach)
{
    const Circuit& circuit = graph.circuit();
    const CircuitEdge& first = circuit.edges[std::size_t(edges.front())];
    std::string line = "  " + dotText(graph.node(first.source)) + " -> " + dotText(graph.node(first.destination)) +
                       " [attribution=" + dotText(numberText(attribution));
    if (edges.size() == 1 && first.exact)
        line += ", exact=" + dotText(numberText(*first.exact));
    if (const std::string label = positionsText(circuit, edges); !label.empty())
        line += ", label=" + dotText(label);
    const double share = reach > 0 ? std::sqrt(std::abs(attribution) / reach) : 0;
    const double width = std::round((0.5 + 4.5 * share) * 100) / 100;
    line += ", penwidth=" + numberText(width) + ", color=" + dotText(attribution < 0 ? "#b2182b" : "#2166ac");
    if (graph.part == GraphPart::Whole &&
        std::ranges::none_of(edges, [&](int edge) { return graph.isKept(std::size_t(edge)); }))
        line += ", style=\"dotted\"";
    return line + "];\n";
}

std::string dotEdges(const Graph& graph)
{
    std::vector<MergedEdge> lines;
    if (graph.choice.merged)
        lines = mergedEdges(graph.circuit());
    else
        for (std::size_t i = 0; i < graph.circuit().edges.size(); ++i) {
            const CircuitEdge& edge = graph.circuit().edges[i];
            lines.push_back({edge.source, edge.destination, {int(i)}, edge.attribution});
        }
    double reach = 0;
    for (const MergedEdge& line : lines)
        reach = std::max(reach, std::abs(line.attribution));
    std::string dot;
    for (const MergedEdge& line : lines)
        dot += dotEdge(graph, line.edges, line.attribution, reach);
    return dot;
}

struct GraphMlKey {
    const char* of;
    const char* name;
    const char* type;
};

/// A name belongs to one kind of element: ids of keys are names.
constexpr GraphMlKey graphMlKeys[] = {
    {"graph", "title", "string"},          {"graph", "edges_all", "int"},
    {"graph", "edges_kept", "int"},        {"graph", "faithfulness", "double"},
    {"graph", "accuracy", "double"},       {"graph", "train_faithfulness", "double"},
    {"graph", "train_accuracy", "double"}, {"graph", "completeness", "double"},
    {"node", "label", "string"},           {"edge", "position", "string"},
    {"edge", "attribution", "double"},     {"edge", "exact", "double"},
    {"edge", "kept", "boolean"},
};

std::string data(const char* indent, const char* key, const std::string& text)
{
    return std::string(indent) + "<data key=\"" + key + "\">" + xmlText(text) + "</data>\n";
}

std::string graphMlEdge(const Graph& graph, std::size_t index)
{
    const CircuitEdge& edge = graph.circuit().edges[index];
    std::string xml = "    <edge source=\"n" + std::to_string(edge.source) + "\" target=\"n" +
                      std::to_string(edge.destination) + "\">\n";
    if (edge.position >= 0)
        xml += data("      ", "position", graph.position(edge));
    xml += data("      ", "attribution", numberText(edge.attribution));
    if (edge.exact && std::isfinite(*edge.exact))
        xml += data("      ", "exact", numberText(*edge.exact));
    return xml + data("      ", "kept", graph.isKept(index) ? "true" : "false") + "    </edge>\n";
}

}  // namespace

Json circuitJson(const Result& result, GraphPart part)
{
    const Graph graph = graphOf(result, part);
    Json json = {{"schema", "mnemo.graph/1"},
                 {"title", result.title},
                 {"model", result.model},
                 {"parameters", result.parameters},
                 {"part", part == GraphPart::Whole ? "whole" : "drawn"},
                 {"edges_all", graph.shown.whole.edges.size()},
                 {"edges_kept", graph.kept()}};
    if (part == GraphPart::Drawn) {
        json["on_paths"] = graph.choice.onPaths;
        json["hidden"] = graph.choice.hidden;
    }
    json["measure"] = nullptr;
    if (graph.shown.measure)
        for (const auto& [name, value] : measured(*graph.shown.measure))
            json["measure"][name] = numberJson(value);
    if (!graph.circuit().positions.empty())
        json["positions"] = graph.circuit().positions;
    json["nodes"] = Json::array();
    const std::vector<bool> used = usedNodes(graph.circuit());
    for (std::size_t node = 0; node < used.size(); ++node)
        if (used[node] || part == GraphPart::Whole)
            json["nodes"].push_back({{"label", graph.circuit().nodes[node]}, {"index", node}});
    json["edges"] = Json::array();
    for (std::size_t edge = 0; edge < graph.circuit().edges.size(); ++edge)
        json["edges"].push_back(edgeJson(graph, edge));
    return json;
}

std::string circuitDot(const Result& result, GraphPart part)
{
    const Graph graph = graphOf(result, part);
    std::string dot = "digraph circuit {\n  rankdir=BT;\n  label=" + dotText(result.title + "\n" + sentence(graph)) +
                      ";\n  node [shape=box, style=rounded];\n";
    const std::vector<bool> used = usedNodes(graph.circuit());
    for (std::size_t node = 0; node < used.size(); ++node)
        if (used[node])
            dot += "  " + dotText(graph.circuit().nodes[node]) + ";\n";
    return dot + dotEdges(graph) + "}\n";
}

std::string circuitGraphMl(const Result& result, GraphPart part)
{
    const Graph graph = graphOf(result, part);
    std::string xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
    for (const GraphMlKey& key : graphMlKeys)
        xml += std::string("  <key id=\"") + key.name + "\" for=\"" + key.of + "\" attr.name=\"" + key.name +
               "\" attr.type=\"" + key.type + "\"/>\n";
    xml += "  <graph id=\"circuit\" edgedefault=\"directed\">\n";
    xml += data("    ", "title", result.title);
    xml += data("    ", "edges_all", std::to_string(graph.shown.whole.edges.size()));
    xml += data("    ", "edges_kept", std::to_string(graph.kept()));
    if (graph.shown.measure)
        for (const auto& [name, value] : measured(*graph.shown.measure))
            if (std::isfinite(value))
                xml += data("    ", name, numberText(value));
    const std::vector<bool> used = usedNodes(graph.circuit());
    for (std::size_t node = 0; node < used.size(); ++node)
        if (used[node] || part == GraphPart::Whole)
            xml += "    <node id=\"n" + std::to_string(node) + "\">" + "<data key=\"label\">" +
                   xmlText(graph.circuit().nodes[node]) + "</data></node>\n";
    for (std::size_t edge = 0; edge < graph.circuit().edges.size(); ++edge)
        xml += graphMlEdge(graph, edge);
    return xml + "  </graph>\n</graphml>\n";
}

void writeCircuit(const Result& result, GraphPart part, const std::filesystem::path& file)
{
    const std::string extension = file.extension().string();
    if (extension == ".dot")
        writeFileAtomically(file, circuitDot(result, part));
    else if (extension == ".graphml")
        writeFileAtomically(file, circuitGraphMl(result, part));
    else if (extension == ".json")
        writeFileAtomically(file, circuitJson(result, part).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    else
        throw Failure(ErrorCode::Usage, "A graph cannot be written as " + shown(file) + ".",
                      "Choose one of the extensions .dot .graphml .json.");
}

}  // namespace mnemo
