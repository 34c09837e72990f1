// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's side of bench_edit.py: loads a checkpoint once, then answers each line "edit" with one line of JSON, the
// seconds (and those of the processor) of a search for ROME's value, what is computed once included, and the loss of
// each of its steps.
//
//   bench_edit FOLDER DTYPE THREADS MATRIX LAYER STEPS TARGET_IDS SUBJECT_LAST PROMPT_IDS…     the last prompt is the
//   essence's; ids separated by commas
#include "core/engine/device.h"
#include "core/experiments/rome_value.h"
#include "models/table.h"
#include "tests/bench/bench_main.h"
#include "tests/bench/bench_plan.h"

#include <ATen/Parallel.h>
#include <chrono>
#include <ctime>
#include <iostream>
#include <span>

namespace mnemo::bench {
namespace {

FilledPrompt promptOf(const std::string& ids, int subjectLast)
{
    FilledPrompt filled;
    for (const int id : readNumbers(ids))
        filled.prompt.tokens.push_back({.id = id});
    filled.subject = {subjectLast, subjectLast + 1};
    return filled;
}

Json edit(const RomeSearch& search, const RomeHyperParams& hyper, const ExperimentContext& context)
{
    SilentReporter reporter;
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t worked = std::clock();
    const RomeLoss loss(search, hyper, context, reporter);
    const RomeValue value = searchValue(loss, hyper, reporter, [](const RomeStep&) {});
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    Json losses = Json::array();
    for (const RomeStep& step : value.steps)
        losses.push_back(step.loss());
    const double processor = double(std::clock() - worked) / CLOCKS_PER_SEC;
    return {{"seconds", seconds.count()}, {"processor", processor}, {"losses", std::move(losses)}};
}

int serve(std::span<char*> arguments)
{
    if (arguments.size() < 11) {
        std::cerr << "usage: bench_edit FOLDER DTYPE THREADS MATRIX LAYER STEPS TARGET_IDS SUBJECT_LAST PROMPT_IDS…\n";
        return 2;
    }
    keepFreedMemory();
    at::set_num_threads(std::stoi(arguments[3]));
    SilentReporter reporter;
    const LoadedModel model =
        loadCheckpoint(arguments[1], {.device = "cpu", .dtype = arguments[2]}, builtInArchitectures(), reporter);
    RomeSearch search{
        editableMatrix(*model.model, arguments[4]), std::stoi(arguments[5]), {}, {}, readNumbers(arguments[7])};
    for (const char* const ids : arguments.subspan(9))
        search.rewrites.push_back(promptOf(ids, std::stoi(arguments[8])));
    search.essence = search.rewrites.back();
    search.rewrites.pop_back();
    RomeHyperParams hyper;
    hyper.steps = std::stoi(arguments[6]);
    hyper.stopLoss = 0;
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);)
        std::cout << edit(search, hyper, {model, {}}).dump() << std::endl;
    return 0;
}

}  // namespace
}  // namespace mnemo::bench

int main(int count, char** arguments)
{
    return mnemo::bench::run(count, arguments, mnemo::bench::serve);
}
