// SPDX-License-Identifier: GPL-3.0-or-later
// Clean and corrupted prompts: where a model keeps what they differ in.
#include "app/mnemo/pairs_text.h"
#include "app/mnemo/run.h"
#include "app/mnemo/text_table.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr std::size_t linesOfAList = 10;

/// The layers and tokens with the largest effects.
std::string strongestCells(const Array& grid)
{
    std::vector<std::size_t> cells;
    for (std::size_t i = 0; i < grid.size(); ++i)
        if (hasValue(grid.states[i]))
            cells.push_back(i);
    std::ranges::stable_sort(cells, std::greater(), [&](std::size_t i) { return std::abs(grid.values[i]); });
    cells.resize(std::min(cells.size(), linesOfAList));
    TextRows rows{{"layer", "token", "1 - nld"}};
    const std::size_t tokens = std::size_t(grid.axes[1].size());
    for (const std::size_t i : cells)
        rows.push_back(
            {grid.axes[0].labels[i / tokens], grid.axes[1].labels[i % tokens], fixed("%.3f", grid.values[i])});
    return "\nThe input of a block at one token is the corrupted run's:\n" + aligned(rows);
}

/// Probability, accuracy and nld of the pairs along an axis.
std::string measureTable(const Result& result, const std::string& name, const std::string& heading)
{
    const ArrayPtr probability = result.find(name + ".probability");
    if (!probability)
        return {};
    TextRows rows{{probability->axes[0].name, "probability", "accuracy", "nld"}};
    for (std::size_t i = 0; i < probability->size(); ++i)
        rows.push_back({probability->axes[0].labels[i], fixed("%.3f", probability->values[i]),
                        fixed("%.3f", result.find(name + ".accuracy")->values[i]),
                        fixed("%.3f", result.find(name + ".nld")->values[i])});
    return "\n" + heading + "\n" + aligned(rows);
}

std::string crossTalkTable(const Json& runs)
{
    std::string text = "\nLayers that must mix tokens, in the order they were restored:\n";
    for (const Json& run : runs) {
        std::string layers;
        for (const Json& step : run.at("restored"))
            layers += (layers.empty() ? "" : ", ") + std::to_string(step.at("layer").get<int>()) + " (" +
                      fixed("%.3f", step.at("accuracy").get<double>()) + ")";
        if (layers.empty())
            layers = "none";
        text += run.at("group").get<std::string>() + "  " + layers +
                (run.at("reached").get<bool>() ? "" : ", not enough") + "  " + run.at("template").get<std::string>() +
                "\n";
    }
    return text;
}

}  // namespace

std::string pairsLine(const Json& head)
{
    const Json& pairs = head.at("pairs");
    std::string text = std::to_string(pairs.at("count").get<int>()) + " pairs of " +
                       pairs.at("source").get<std::string>() + ": " +
                       fixed("%.1f", 100 * head.at("clean").at("accuracy").get<double>()) +
                       " % right, probability among the candidates " +
                       fixed("%.3f", head.at("clean").at("probability").get<double>()) + "\n";
    const Json& leftOut = pairs.at("left_out");
    if (leftOut.contains("words")) {
        std::string some;
        for (std::size_t i = 0; i < std::min(linesOfAList, leftOut["words"].size()); ++i)
            some += (some.empty() ? "" : ", ") + leftOut["words"][i].at("word").get<std::string>() + " (" +
                    leftOut["words"][i].at("why").get<std::string>() + ")";
        text += std::to_string(leftOut["words"].size()) + " words are left out: " + some +
                (leftOut["words"].size() > linesOfAList ? ", …" : "") + "\n";
    }
    if (leftOut.contains("pairs_of_other_positions"))
        text += std::to_string(leftOut["pairs_of_other_positions"].get<int>()) +
                " pairs have their names at other tokens and are left out where positions count\n";
    return text;
}

std::string ioiText(const Result& result)
{
    std::string text = pairsLine(result.head);
    if (const ArrayPtr grid = result.find("resample"))
        text += strongestCells(*grid);
    text += measureTable(result, "removal", "One layer removed:");
    text += measureTable(result, "greedy", "Layers removed one after the other:");
    if (result.head.contains("crosstalk"))
        text += crossTalkTable(result.head["crosstalk"]);
    return text;
}

void addIoi(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("ioi", "Where a model keeps what clean and corrupted prompts differ in"), line,
                  "ioi");
}

}  // namespace mnemo
