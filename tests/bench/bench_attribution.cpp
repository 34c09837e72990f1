// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's side of bench_attribution.py: loads a checkpoint once, then answers each line with one line of JSON.
//
//   bench_attribution FOLDER DEVICE DTYPE THREADS TOKENS ANSWERS CLEAN_IDS CORRUPT_IDS     ids separated by commas
//
// Prompts have TOKENS ids each, one behind the other; ANSWERS has two ids for each pair, the clean one's first.
//
// - `attribute K`   every edge by K points, all alike: seconds (those of the processor; of the unpatched runs alone),
//                   the sums over pairs and tokens [source][destination], the metric's means [point]
// - `memory -`      most bytes since the program began: of tensors on the GPU, or of the process
#include "core/engine/device.h"
#include "core/engine/free_memory.h"
#include "core/experiments/edge_attribution.h"
#include "models/table.h"
#include "tests/bench/bench_main.h"
#include "tests/bench/bench_memory.h"
#include "tests/bench/bench_plan.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <chrono>
#include <ctime>
#include <iostream>
#include <span>
#include <stdexcept>

namespace mnemo::bench {
namespace {

using Seconds = std::chrono::duration<double>;

Prompt promptOf(std::span<const int> ids)
{
    Prompt prompt;
    for (const int id : ids) {
        Token token;
        token.id = id;
        prompt.tokens.push_back(std::move(token));
    }
    return prompt;
}

std::vector<PromptPair> pairsOf(std::size_t tokens, const std::vector<int>& answers, const std::vector<int>& clean,
                                const std::vector<int>& corrupt)
{
    const std::size_t pairs = answers.size() / 2;
    if (pairs == 0 || clean.size() != pairs * tokens || corrupt.size() != clean.size())
        throw std::invalid_argument("The answers are of " + std::to_string(pairs) +
                                    " pairs, the ids of other prompts.");
    std::vector<PromptPair> made(pairs);
    for (std::size_t i = 0; i < pairs; ++i) {
        made[i].clean = promptOf(std::span(clean).subspan(i * tokens, tokens));
        made[i].corrupt = promptOf(std::span(corrupt).subspan(i * tokens, tokens));
        made[i].candidates = {answers[2 * i], answers[2 * i + 1]};
    }
    return made;
}

class Program
{
public:
    Program(const ExperimentContext& context, std::vector<PromptPair> pairs)
        : m_context(context), m_nodes(*context.model.model), m_pairs(std::move(pairs))
    {
    }

    Json answer(const std::string& what, const std::string& of)
    {
        if (what == "attribute")
            return attribute(PatchedParts::mean(std::stoi(of)));
        return {{"bytes", mostMemory(m_context.model.model->options().device())}};
    }

private:
    /// As CircuitSearch: the unpatched runs of all pairs, then as many pairs at once as fit.
    Json attribute(const PatchedParts& parts)
    {
        const auto begin = std::chrono::steady_clock::now();
        const std::clock_t worked = std::clock();
        const PairRuns runs(m_context, m_pairs, m_reporter);
        const Seconds unpatched = std::chrono::steady_clock::now() - begin;
        at::Tensor sum_SJ = at::zeros({m_nodes.size(), m_nodes.size()}, at::kDouble);
        std::vector<double> metric(parts.alphas.size());
        const std::vector<std::size_t> all = runs.all();
        const std::size_t together = pairsTogether(m_context, runs, parts);
        for (std::size_t first = 0; first < all.size(); first += together) {
            const auto some = std::span(all).subspan(first, std::min(together, all.size() - first));
            for (const PairAttribution& pair : attributeEdges(m_context, m_nodes, runs, some, parts, m_reporter)) {
                sum_SJ += pair.edges_SJT.sum(2);
                for (std::size_t k = 0; k < metric.size(); ++k)
                    metric[k] += pair.metric[k] / double(all.size());
            }
        }
        const Seconds seconds = std::chrono::steady_clock::now() - begin;
        const double processor = double(std::clock() - worked) / CLOCKS_PER_SEC;
        Json edges = Json::array();
        for (const at::Tensor& row_J : sum_SJ.unbind())
            edges.push_back(std::vector<double>(row_J.data_ptr<double>(), row_J.data_ptr<double>() + row_J.numel()));
        return {{"seconds", seconds.count()}, {"processor", processor}, {"unpatched", unpatched.count()},
                {"together", together},       {"edges", edges},         {"metric", metric}};
    }

    const ExperimentContext& m_context;
    CircuitNodes m_nodes;
    std::vector<PromptPair> m_pairs;
    SilentReporter m_reporter;
};

int serve(std::span<char*> arguments)
{
    if (arguments.size() != 9) {
        std::cerr << "usage: bench_attribution FOLDER DEVICE DTYPE THREADS TOKENS ANSWERS CLEAN_IDS CORRUPT_IDS\n";
        return 2;
    }
    keepFreedMemory();
    at::set_num_threads(std::stoi(arguments[4]));
    SilentReporter reporter;
    const LoadedModel model =
        loadCheckpoint(arguments[1], {.device = arguments[2], .dtype = arguments[3]}, builtInArchitectures(), reporter);
    const ExperimentContext context{model, {}, memoryBudget(0, model.model->options().device())};
    Program program(context, pairsOf(std::stoul(arguments[5]), readNumbers(arguments[6]), readNumbers(arguments[7]),
                                     readNumbers(arguments[8])));
    std::cout << "ready" << std::endl;
    for (std::string what, of; std::cin >> what >> of;)
        std::cout << program.answer(what, of).dump() << std::endl;
    return 0;
}

}  // namespace
}  // namespace mnemo::bench

int main(int count, char** arguments)
{
    return mnemo::bench::run(count, arguments, mnemo::bench::serve);
}
