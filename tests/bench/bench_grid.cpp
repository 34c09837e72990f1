// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's side of bench_grid.py: loads a checkpoint once, then answers each line with one line of JSON.
//
//   bench_grid FOLDER DEVICE DTYPE TARGET THREADS CLEAN_IDS CORRUPT_IDS        ids separated by commas
//
// - `grid h:1,s:10`   every cell of these sites (window behind the colon) as one plan: seconds, p [site][layer, token]
// - `parts h:1`        that plan as a window asks for it: one column first, the rest in at most four parts; as `grid`
// - `products h:1`     the matrix products of that plan alone, on the CPU: seconds
// - `stops h:1`        that plan again: the longest time between two stop checks, to the last one's end, in seconds
// - `peak`             the rate of one large matrix product, on the CPU: gflops
// - `reference 3,17`   these cells of h by the tests' reference: seconds of one run, p [cell]
#include "core/engine/device.h"
#include "core/engine/run_plan.h"
#include "models/table.h"
#include "tests/bench/bench_main.h"
#include "tests/bench/bench_plan.h"
#include "tests/bench/bench_products.h"
#include "tests/bench/bench_reference.h"

#include <ATen/Parallel.h>
#include <chrono>
#include <cmath>
#include <iostream>
#include <map>
#include <numeric>
#include <span>
#include <stdexcept>

namespace mnemo::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Watches how long a stop would have waited at most.
class StopWatch : public SilentReporter
{
public:
    void checkStop() override { look(); }
    void look()
    {
        const Clock::time_point now = Clock::now();
        m_longest = std::max(m_longest, std::chrono::duration<double>(now - m_last).count());
        m_last = now;
        ++m_checks;
    }
    double longest() const { return m_longest; }
    int checks() const { return m_checks; }

private:
    Clock::time_point m_last = Clock::now();
    double m_longest = 0;
    int m_checks = 0;
};

class Bench
{
public:
    Bench(const std::filesystem::path& folder, const std::string& device, const std::string& dtype, Task task)
        : m_folder(folder), m_dtype(dtypeFromText(dtype)), m_task(std::move(task))
    {
        SilentReporter reporter;
        m_model = loadCheckpoint(folder, {.device = device, .dtype = dtype}, builtInArchitectures(), reporter).model;
    }

    Json answer(const std::string& line)
    {
        const std::size_t blank = line.find(' ');
        const std::string what = line.substr(0, blank), which = blank < line.size() ? line.substr(blank + 1) : "";
        if (what == "grid")
            return grid(which, {});
        if (what == "parts")
            return grid(which, {.firstReadouts = int(readSites(which).size()) * m_model->info().layers, .parts = 4});
        if (what == "products")
            return {{"seconds", products(which)}};
        if (what == "stops")
            return stops(which);
        if (what == "peak")
            return {{"gflops", peakRate(m_model->info(), m_dtype)}};
        if (what != "reference")
            throw std::runtime_error("bench_grid does not know \"" + line + "\"");
        const ReferenceCells found = referenceCells(m_folder, m_task, readNumbers(which));
        return {{"seconds", found.secondsPerRun}, {"p", found.p}};
    }

private:
    Json grid(const std::string& text, const RunOptions& options)
    {
        const std::vector<GridSite> sites = readSites(text);
        const int layers = m_model->info().layers;
        const Plan plan = gridPlan(m_task, sites, layers);
        SilentReporter reporter;
        const auto begin = std::chrono::steady_clock::now();
        const PlanResult result = runPlan(*m_model, {}, plan, reporter, options);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;

        Json p = Json::array();
        for (std::size_t site = 0; site < sites.size(); ++site) {
            Json cells = Json::array();
            for (int layer = 0; layer < layers; ++layer)
                for (int pos = 0; pos < int(m_task.clean.size()); ++pos) {
                    const std::size_t readout = readoutOf(site, layer, pos, sites.size(), layers, m_task);
                    cells.push_back(std::exp(result.values[readout].tokens.at(0).logp));
                }
            p.push_back(std::move(cells));
        }
        const auto& rows = result.stats.rowsPerLayer;
        return {{"seconds", seconds.count()},
                {"rows", std::reduce(rows.begin(), rows.end())},
                {"flops", result.stats.flops},
                {"p", std::move(p)}};
    }

    Json stops(const std::string& text)
    {
        const Plan plan = gridPlan(m_task, readSites(text), m_model->info().layers);
        StopWatch watch;
        runPlan(*m_model, {}, plan, watch);
        watch.look();
        return {{"seconds", watch.longest()}, {"checks", watch.checks()}};
    }

    double products(const std::string& text)
    {
        const bool isNew = !m_batches.contains(text);
        if (isNew)
            m_batches[text] = batches(text);
        const ModelConfig config = readConfigFor(m_folder, builtInArchitectures());
        return productsAlone(config, *m_model, m_batches[text], m_dtype, isNew ? 2 : 1);
    }

    /// What each batch of a plan costs.
    std::vector<PlanStats> batches(const std::string& text)
    {
        std::vector<PlanStats> all;
        PlanStats before;
        before.rowsPerLayer.resize(std::size_t(m_model->info().layers));
        RunOptions options;
        options.sink = [&](const PlanResult& result) {
            PlanStats batch = result.stats;
            for (std::size_t layer = 0; layer < batch.rowsPerLayer.size(); ++layer)
                batch.rowsPerLayer[layer] -= before.rowsPerLayer[layer];
            batch.tailRows -= before.tailRows;
            batch.headRows -= before.headRows;
            all.push_back(std::move(batch));
            before = result.stats;
        };
        SilentReporter reporter;
        runPlan(*m_model, {}, gridPlan(m_task, readSites(text), m_model->info().layers), reporter, options);
        return all;
    }

    std::filesystem::path m_folder;
    at::ScalarType m_dtype;
    Task m_task;
    std::shared_ptr<const LanguageModel> m_model;
    std::map<std::string, std::vector<PlanStats>> m_batches;  ///< of the grids whose products were asked for
};

int serve(std::span<char*> arguments)
{
    if (arguments.size() != 8) {
        std::cerr << "usage: bench_grid FOLDER DEVICE DTYPE TARGET THREADS CLEAN_IDS CORRUPT_IDS\n";
        return 2;
    }
    keepFreedMemory();
    at::set_num_threads(std::stoi(arguments[5]));
    Bench bench(
        arguments[1], arguments[2], arguments[3],
        {.clean = readNumbers(arguments[6]), .corrupt = readNumbers(arguments[7]), .target = std::stoi(arguments[4])});
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);)
        std::cout << bench.answer(line).dump() << std::endl;
    return 0;
}

}  // namespace
}  // namespace mnemo::bench

int main(int count, char** arguments)
{
    return mnemo::bench::run(count, arguments, mnemo::bench::serve);
}
