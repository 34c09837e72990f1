// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's side of bench_grid.py: loads a checkpoint once, then computes the whole grid of one site each time a
// line comes in, and answers with one line of JSON: seconds, CPU seconds, p [layers × tokens]. The line "peak" asks for
// the rate of one large matrix product instead.
//
//   bench_grid FOLDER SITE WINDOW TARGET THREADS CLEAN_IDS CORRUPT_IDS        ids separated by commas
#include "core/engine/device.h"
#include "core/engine/matrix.h"
#include "core/engine/run_plan.h"
#include "models/table.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <iostream>
#include <span>
#include <sstream>

namespace mnemo {
namespace {

struct Task {
    std::vector<int> clean;
    std::vector<int> corrupt;
    SiteKind site = SiteKind::H;
    int window = 1;
    int target = 0;
};

std::vector<int> readIds(const std::string& text)
{
    std::vector<int> ids;
    std::stringstream stream(text);
    for (std::string id; std::getline(stream, id, ',');)
        ids.push_back(std::stoi(id));
    return ids;
}

/// Every cell as a run, first layer to last: nothing is left out as known beforehand. Windows that are cut at the first
/// layer go on from the one before, as in a causal trace.
Plan gridPlan(const Task& task, int layers)
{
    Plan plan;
    const RunId clean = plan.addRun(task.clean);
    const RunId corrupt = plan.addRun(task.corrupt);
    const int tokens = int(task.clean.size());
    std::vector<RunId> before(task.clean.size(), corrupt);
    for (int layer = 0; layer < layers; ++layer)
        for (int pos = 0; pos < tokens; ++pos) {
            std::vector<Patch> patches;
            const int first = layer - task.window / 2;
            const bool goesOn = layer > 0 && first <= 0;
            const int end = first + task.window;
            for (int i = goesOn ? end - 1 : std::max(0, first); i < std::min(layers, end); ++i)
                patches.push_back({{task.site, i, {}}, {pos}, CopyFrom{.run = clean, .positions = {pos}}});
            const RunId run = plan.addRun(goesOn ? before[std::size_t(pos)] : corrupt, std::move(patches));
            before[std::size_t(pos)] = run;
            plan.read({.run = run, .position = tokens - 1, .tokens = {task.target}});
        }
    return plan;
}

Json timedGrid(const LanguageModel& model, const Plan& plan)
{
    SilentReporter reporter;
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t cpuBegin = std::clock();
    const PlanResult result = runPlan(model, {}, plan, reporter);
    const double cpu = double(std::clock() - cpuBegin) / CLOCKS_PER_SEC;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    Json p = Json::array();
    for (const ReadoutValue& value : result.values)
        p.push_back(std::exp(value.tokens.at(0).logp));
    std::int64_t rows = 0;
    for (const std::int64_t layer : result.stats.rowsPerLayer)
        rows += layer;
    return {{"seconds", seconds}, {"cpu_seconds", cpu}, {"rows", rows}, {"flops", result.stats.flops}, {"p", p}};
}

/// The best rate of one packed product of the size of this model's largest, in GFLOP/s.
double peakRate(const LanguageModel& model)
{
    const at::NoGradGuard noGrad;
    const std::int64_t inputs = model.info().dModel, outputs = 4 * inputs, rows = 1872;
    const Matrix matrix(at::randn({outputs, inputs}), at::kFloat, at::kCPU);
    const at::Tensor x = at::randn({rows, inputs});
    double best = 0;
    for (int round = 0; round < 12; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        matrix.product(x);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        best = std::max(best, 2.0 * double(rows * inputs * outputs) / seconds.count() / 1e9);
    }
    return best;
}

int serve(std::span<char*> arguments)
{
    if (arguments.size() != 8) {
        std::cerr << "usage: bench_grid FOLDER SITE WINDOW TARGET THREADS CLEAN_IDS CORRUPT_IDS\n";
        return 2;
    }
    keepFreedMemory();
    at::set_num_threads(std::stoi(arguments[5]));
    const Task task{.clean = readIds(arguments[6]),
                    .corrupt = readIds(arguments[7]),
                    .site = siteKindFromName(arguments[2]).value(),
                    .window = std::stoi(arguments[3]),
                    .target = std::stoi(arguments[4])};
    SilentReporter reporter;
    const LoadedModel loaded =
        loadCheckpoint(arguments[1], {.device = "cpu", .dtype = "f32"}, builtInArchitectures(), reporter);
    const Plan plan = gridPlan(task, loaded.model->info().layers);
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        const Json answer = line == "peak" ? Json{{"gflops", peakRate(*loaded.model)}} : timedGrid(*loaded.model, plan);
        std::cout << answer.dump() << std::endl;
    }
    return 0;
}

}  // namespace
}  // namespace mnemo

int main(int count, char** arguments)
{
    try {
        return mnemo::serve({arguments, std::size_t(count)});
    } catch (const std::exception& e) {
        std::cerr << e.what() << "\n";
        return 1;
    }
}
