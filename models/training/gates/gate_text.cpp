// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/prompt.h"
#include "models/training/gates/gate.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace mnemo {
namespace {

/// Rows of cells; the first one is the header.
using Table = std::vector<std::vector<std::string>>;

std::string fixed(double value, int decimals)
{
    if (!std::isfinite(value))
        return "–";
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

std::string boundOf(const Gate& gate)
{
    return gate.bound ? (gate.atLeast ? "≥ " : "≤ ") + fixed(*gate.bound, gate.decimals == 0 ? 0 : 2) : "";
}

std::string verdictOf(const Gate& gate)
{
    return gate.bound ? (gate.passed() ? "pass" : "FAIL") : "";
}

Table gateTable(const GateReport& report)
{
    Table table{{"Gate", "Value", "Wanted", "", "Note"}};
    for (const Gate& gate : report.gates)
        table.push_back({gate.name, fixed(gate.value, gate.decimals), boundOf(gate), verdictOf(gate), gate.note});
    return table;
}

Table relationTable(const GateReport& report)
{
    Table table{{"Relation", "Facts", "Trained", "Held out"}};
    for (const RelationScore& score : report.relations)
        table.push_back({score.name, std::to_string(score.facts), fixed(score.trained, 3), fixed(score.heldOut, 3)});
    return table;
}

Table curveTable(const GateReport& report)
{
    Table table{{"Mean per layer", "n"}};
    std::size_t layers = 0;
    for (const Curve& curve : report.curves)
        layers = std::max(layers, curve.layers.size());
    for (std::size_t layer = 0; layer < layers; ++layer)
        table.front().push_back("L" + std::to_string(layer));
    for (const Curve& curve : report.curves) {
        table.push_back({curve.name, std::to_string(curve.samples)});
        for (const double value : curve.layers)
            table.back().push_back(fixed(value, 2));
    }
    return table;
}

std::string aligned(const Table& table)
{
    std::vector<std::size_t> widths;
    for (const auto& row : table)
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths.resize(std::max(widths.size(), i + 1));
            widths[i] = std::max(widths[i], std::size_t(codePoints(row[i])));
        }
    std::string text;
    for (const auto& row : table) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line += row[i] + std::string(widths[i] - std::size_t(codePoints(row[i])) + 2, ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string asMarkdown(const Table& table)
{
    std::string text;
    for (std::size_t i = 0; i < table.size(); ++i) {
        text += "|";
        for (const std::string& cell : table[i])
            text += " " + cell + " |";
        text += "\n";
        if (i > 0)
            continue;
        text += "|";
        for (std::size_t column = 0; column < table[i].size(); ++column)
            text += "---|";
        text += "\n";
    }
    return text + "\n";
}

std::string verdictOf(const GateReport& report)
{
    const auto failed = std::ranges::count_if(report.gates, [](const Gate& gate) { return !gate.passed(); });
    const auto bounded = std::ranges::count_if(report.gates, [](const Gate& gate) { return gate.bound.has_value(); });
    return failed == 0 ? "All " + std::to_string(bounded) + " gates hold."
                       : std::to_string(failed) + " of " + std::to_string(bounded) + " gates do not hold.";
}

std::string headOf(const GateReport& report)
{
    return report.model + " (" + report.architecture + "), " + report.hash + ", seed " + std::to_string(report.seed);
}

}  // namespace

std::string plainText(const GateReport& report)
{
    return headOf(report) + "\n\n" + aligned(gateTable(report)) + "\n" + aligned(relationTable(report)) + "\n" +
           aligned(curveTable(report)) + "\n" + verdictOf(report) + "\n";
}

std::string markdown(const GateReport& report)
{
    return headOf(report) + "\n\n" + asMarkdown(gateTable(report)) + asMarkdown(relationTable(report)) +
           asMarkdown(curveTable(report)) + verdictOf(report) + "\n";
}

}  // namespace mnemo
