// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_plan.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace mnemo::bench {
namespace {

std::vector<std::string> parts(const std::string& text)
{
    std::vector<std::string> all;
    std::stringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');)
        all.push_back(part);
    return all;
}

Readout lastToken(const Task& task, RunId run)
{
    return {.run = run, .position = int(task.clean.size()) - 1, .tokens = {task.target}};
}

}  // namespace

std::vector<int> readNumbers(const std::string& text)
{
    std::vector<int> numbers;
    for (const std::string& part : parts(text))
        numbers.push_back(std::stoi(part));
    return numbers;
}

std::vector<GridSite> readSites(const std::string& text)
{
    std::vector<GridSite> sites;
    for (const std::string& part : parts(text)) {
        const std::size_t colon = part.find(':');
        const std::optional<SiteKind> kind = siteKindFromName(part.substr(0, colon));
        if (!kind || colon == std::string::npos)
            throw std::runtime_error("\"" + part + "\" is no site with a window, such as s:10");
        sites.push_back({*kind, std::stoi(part.substr(colon + 1))});
    }
    return sites;
}

Plan gridPlan(const Task& task, const std::vector<GridSite>& sites, int layers)
{
    Plan plan;
    const RunId clean = plan.addRun(task.clean);
    const RunId corrupt = plan.addRun(task.corrupt);
    std::vector<std::vector<RunId>> before(sites.size(), std::vector<RunId>(task.clean.size(), corrupt));
    std::vector<RunId> cells;
    for (int layer = 0; layer < layers; ++layer)
        for (std::size_t site = 0; site < sites.size(); ++site)
            for (int pos = 0; pos < int(task.clean.size()); ++pos) {
                const int first = layer - sites[site].window / 2;
                const int end = first + sites[site].window;
                const bool goesOn = layer > 0 && first <= 0;
                std::vector<Patch> patches;
                for (int i = goesOn ? end - 1 : std::max(0, first); i < std::min(layers, end); ++i)
                    patches.push_back({{sites[site].kind, i, {}}, {pos}, CopyFrom{.run = clean, .positions = {pos}}});
                RunId& run = before[site][std::size_t(pos)];
                run = plan.addRun(goesOn ? run : corrupt, std::move(patches));
                cells.push_back(run);
            }
    // In the order of a trace: one column, then the others, late layers first.
    const std::size_t tokens = task.clean.size();
    for (const bool column : {true, false})
        for (std::size_t layer = std::size_t(layers); layer-- > 0;)
            for (std::size_t i = 0; i < sites.size() * tokens; ++i)
                if (column == (i % tokens == tokens - 1))
                    plan.read(lastToken(task, cells[layer * sites.size() * tokens + i]));
    return plan;
}

std::size_t readoutOf(std::size_t site, int layer, int pos, std::size_t sites, int layers, const Task& task)
{
    const std::size_t others = task.clean.size() - 1, group = std::size_t(layers - 1 - layer) * sites + site;
    return std::size_t(pos) == others ? group : std::size_t(layers) * sites + group * others + std::size_t(pos);
}

Plan someCells(const Task& task, const std::vector<int>& cells)
{
    const int tokens = int(task.clean.size());
    Plan plan;
    const RunId clean = plan.addRun(task.clean);
    const RunId corrupt = plan.addRun(task.corrupt);
    for (const int cell : cells) {
        const int pos = cell % tokens;
        plan.read(lastToken(
            task,
            plan.addRun(corrupt,
                        {{{SiteKind::H, cell / tokens, {}}, {pos}, CopyFrom{.run = clean, .positions = {pos}}}})));
    }
    return plan;
}

}  // namespace mnemo::bench
