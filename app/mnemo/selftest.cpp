// SPDX-License-Identifier: GPL-3.0-or-later
// mnemo selftest: what the engine computes on this machine, on any device, against plain loops of doubles. Needs no
// test framework and no checkpoint: it is what runs on a machine with a GPU.
#include "app/mnemo/command_line.h"
#include "app/mnemo/console.h"
#include "app/mnemo/selftest_model.h"
#include "app/mnemo/temporary_folder.h"
#include "core/engine/free_memory.h"
#include "core/engine/run_plan.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>

namespace mnemo {
namespace {

const std::vector<int> cleanTokens{84, 104, 101, 32, 69, 105, 102, 102, 101, 108, 46};
const std::vector<int> corruptTokens{84, 104, 101, 32, 76, 111, 117, 118, 114, 101, 46};
constexpr int firstDifference = 4;

struct Check {
    std::string architecture;
    std::string name;
    double error = 0;  ///< largest |Δ log p|
    double tolerance = 0;

    bool passed() const { return error <= tolerance; }  // false for NaN
};

std::vector<int> everyToken()
{
    std::vector<int> ids(RandomModel::vocabulary);
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = int(i);
    return ids;
}

int readAll(Plan& plan, RunId run, int position)
{
    Readout readout;
    readout.run = run;
    readout.position = position;
    readout.tokens = everyToken();
    return plan.read(std::move(readout));
}

/// Largest difference of log p; infinite when something was not computed, so that a NaN never passes.
double distance(const ReadoutValue& value, const RandomModel::Row& expected)
{
    if (!value.computed || value.tokens.size() != expected.size())
        return INFINITY;
    double most = 0;
    for (std::size_t id = 0; id < expected.size(); ++id) {
        const double error = std::abs(value.tokens[id].logp - expected[id]);
        most = std::isfinite(error) ? std::max(most, error) : INFINITY;
    }
    return most;
}

Check plainRuns(const RandomModel& random, const LoadedModel& loaded, Reporter& reporter, const RunOptions& options)
{
    Plan plan;
    const RunId run = plan.addRun(cleanTokens);
    for (int pos = 0; pos < int(cleanTokens.size()); ++pos)
        readAll(plan, run, pos);
    const PlanResult result = runPlan(*loaded.model, {}, plan, reporter, options);
    const RandomModel::Output expected = random.run(cleanTokens);
    Check check{"", "every position of a run = reference"};
    for (std::size_t pos = 0; pos < cleanTokens.size(); ++pos)
        check.error = std::max(check.error, distance(result.values[pos], expected.logp[pos]));
    return check;
}

/// A whole trace of h in one plan: every cell must be the reference's run with that state replaced.
Check patchedRuns(const RandomModel& random, const LoadedModel& loaded, Reporter& reporter, const RunOptions& options)
{
    const int last = int(cleanTokens.size()) - 1;
    const RandomModel::Output clean = random.run(cleanTokens);
    Plan plan;
    const RunId cleanRun = plan.addRun(cleanTokens);
    const RunId corrupt = plan.addRun(corruptTokens);
    std::vector<RandomModel::Row> expected;
    for (int layer = 0; layer < RandomModel::layers; ++layer)
        for (int pos = firstDifference; pos <= last; ++pos) {
            const std::size_t l = std::size_t(layer);
            const std::size_t p = std::size_t(pos);
            readAll(plan, plan.addRun(corrupt, {{{SiteKind::H, layer, {}}, {pos}, CopyFrom{cleanRun, {pos}}}}), last);
            expected.push_back(random.run(corruptTokens, RandomModel::Override{layer, pos, clean.h[l][p]}).logp.back());
        }
    const PlanResult result = runPlan(*loaded.model, {}, plan, reporter, options);
    Check check{"", "a trace of h, all cells in one plan = reference"};
    for (std::size_t cell = 0; cell < expected.size(); ++cell)
        check.error = std::max(check.error, distance(result.values[cell], expected[cell]));
    return check;
}

/// Ranks, the most probable tokens, and KL: what else the head computes. The error of a rank is how far the log p of
/// the token is from the one that has this rank.
Check headNumbers(const RandomModel& random, const LoadedModel& loaded, Reporter& reporter, const RunOptions& options)
{
    const int last = int(cleanTokens.size()) - 1;
    const RandomModel::Row p = random.run(cleanTokens).logp.back(), q = random.run(corruptTokens).logp.back();
    Plan plan;
    const RunId clean = plan.addRun(cleanTokens);
    const RunId corrupt = plan.addRun(corruptTokens);
    plan.read(
        {.run = corrupt, .position = last, .tokens = everyToken(), .topK = 10, .klFrom = clean, .klPosition = last});
    const ReadoutValue value = runPlan(*loaded.model, {}, plan, reporter, options).values.front();
    Check check{"", "ranks, top tokens and KL = reference", distance(value, q)};
    double kl = 0;
    for (std::size_t id = 0; id < p.size(); ++id)
        kl += std::exp(p[id]) * (p[id] - q[id]);
    RandomModel::Row falling = q;
    std::ranges::sort(falling, std::greater());
    const auto add = [&](double error) {
        check.error = std::isfinite(error) ? std::max(check.error, std::abs(error)) : INFINITY;
    };
    add(value.kl - kl);
    for (const TokenScore& score : value.tokens)
        add(q[std::size_t(score.token)] - falling.at(std::size_t(score.rank)));
    for (std::size_t i = 0; i < 10; ++i)
        add(q[std::size_t(value.top.at(i).token)] - falling[i]);
    return check;
}

/// With little memory the same plan runs in many small batches; nothing may depend on how it was cut.
Check smallBatches(const LoadedModel& loaded, Reporter& reporter, const RunOptions& options)
{
    Plan plan;
    const RunId clean = plan.addRun(cleanTokens);
    const RunId corrupt = plan.addRun(corruptTokens);
    const SiteKind site = loaded.model->info().architecture == "mamba" ? SiteKind::S : SiteKind::Attn;
    const int last = int(cleanTokens.size()) - 1;
    for (int layer = 0; layer < RandomModel::layers; ++layer)
        for (int pos = firstDifference; pos <= last; ++pos)
            readAll(plan, plan.addRun(corrupt, {{{site, layer, {}}, {pos}, CopyFrom{clean, {pos}}}}), last);
    const PlanResult whole = runPlan(*loaded.model, {}, plan, reporter, options);
    RunOptions small = options;
    small.memoryBytes = std::int64_t(1) << 16;
    const PlanResult cut = runPlan(*loaded.model, {}, plan, reporter, small);
    Check check{"", "small batches = one batch"};
    for (std::size_t cell = 0; cell < whole.values.size(); ++cell) {
        RandomModel::Row logp;
        for (const TokenScore& score : whole.values[cell].tokens)
            logp.push_back(score.logp);
        check.error = std::max(check.error, distance(cut.values[cell], logp));
    }
    return check;
}

std::vector<Check> checkArchitecture(const CommandLine& line, const std::string& architecture, Reporter& reporter)
{
    const RandomModel random(architecture, std::uint64_t(line.global.seed.value_or(1)));
    const TemporaryFolder folder("mnemo-selftest");
    random.write(folder.path());
    const LoadedModel loaded = loadCheckpoint(folder.path(), line.global.loadOptions(), line.architectures, reporter);
    RunOptions options;
    options.memoryBytes = memoryBudget(line.global.memoryBytes(), loaded.model->options().device());
    std::vector<Check> checks{plainRuns(random, loaded, reporter, options),
                              patchedRuns(random, loaded, reporter, options),
                              headNumbers(random, loaded, reporter, options), smallBatches(loaded, reporter, options)};
    for (Check& check : checks) {
        check.architecture = architecture;
        check.tolerance = line.global.dtype == "bf16" ? 0.5 : 1e-3;  // bf16 keeps 8 bits: layers add up their rounding
    }
    return checks;
}

void print(const std::vector<Check>& checks, const GlobalOptions& options, bool passed)
{
    Json list = Json::array();
    for (const Check& check : checks) {
        list.push_back({{"architecture", check.architecture},
                        {"name", check.name},
                        {"error", std::isfinite(check.error) ? Json(check.error) : Json(nullptr)},
                        {"tolerance", check.tolerance},
                        {"passed", check.passed()}});
        if (!options.json)
            std::cout << (check.passed() ? "ok    " : "FAIL  ") << check.architecture << ": " << check.name
                      << "  (largest difference of log p " << check.error << ", allowed " << check.tolerance << ")\n";
    }
    if (options.json)
        std::cout << Json{{"schema", "mnemo.selftest/1"},
                          {"device", options.device},
                          {"dtype", options.dtype},
                          {"checks", list},
                          {"passed", passed}}
                         .dump()
                  << "\n";
    std::cout.flush();
}

int selftest(const CommandLine& line)
{
    ConsoleReporter reporter(ConsoleReporter::Style::Silent, line.global.verbose);
    std::vector<Check> checks;
    for (const Architecture& architecture : line.architectures)
        if (architecture.modelType == "mamba" || architecture.modelType == "gpt_neox")  // the reference knows these two
            for (Check& check : checkArchitecture(line, architecture.modelType, reporter))
                checks.push_back(std::move(check));
    const bool passed = std::ranges::all_of(checks, &Check::passed) && !checks.empty();
    print(checks, line.global, passed);
    if (!passed)
        throw Failure(ErrorCode::CheckFailed,
                      "The engine's numbers on " + line.global.device + " differ from the reference.",
                      "Report it with the lines above and this machine's processor and device.");
    return Ok;
}

}  // namespace

void addSelftest(CLI::App& app, CommandLine& line)
{
    CLI::App* command =
        app.add_subcommand("selftest", "Check this machine's numbers: random models against plain loops of doubles");
    command->callback([&line] { line.chosen = [&line] { return selftest(line); }; });
}

}  // namespace mnemo
