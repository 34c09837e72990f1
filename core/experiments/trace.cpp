// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/trace_maps.h"
#include "core/experiments/trace_plan.h"

namespace mnemo {
namespace {

struct TraceParams : FactParams {
    std::vector<std::string> sites;
    std::string window = "auto";
    std::vector<std::string> firstPositions;
};

Json traceHead(const FactTask& task, const FactBase& base, const TraceLayout& layout, const Tokenizer& tokenizer)
{
    Json head = factHead(task, base, tokenizer);
    Json sites = Json::array();
    Json windows = Json::object();
    Json shares = Json::object();
    for (std::size_t i = 0; i < layout.sites.size(); ++i) {
        const std::string name(siteName(layout.sites[i]));
        sites.push_back(name);
        windows[name] = layout.windows[i];
        shares[name] = double(layout.windows[i]) / layout.layers;
    }
    head["sites"] = std::move(sites);
    head["windows"] = std::move(windows);
    head["window_share"] = std::move(shares);
    return head;
}

/// Indirect effect of restoring one state: p(target | corrupted, state[layer][pos] := clean), Eq. 7; the maps hold raw
/// quantities. Source: Sen Sharma et al. 2024, §3 (METHODS.md §2). Positions before the first differing token, and what
/// the head does not read in the last layer, cannot matter and get no run.
Result runTrace(const TraceParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const LanguageModel& model = *context.model.model;
    const FactTask task = prepareFact(params, context, true);
    const TraceLayout layout = makeLayout(model, params.sites, params.window, params.firstPositions, task);

    Plan unpatched;
    const FactReadouts readouts = readFact(unpatched, addFactRuns(unpatched, task), task);
    const FactBase base =
        scoreFact(task, readouts, runPlan(model, context.edits, unpatched, reporter, runOptions(context)));

    Plan plan;
    const TraceCells trace = addTrace(plan, task, base, layout);
    TraceMaps maps(task, base, layout);
    const Json head = traceHead(task, base, layout, *context.model.tokenizer);
    const auto snapshot = [&](const PlanStats* stats) {
        Result result;
        result.title = "Causal trace: " + task.pair.clean.text;
        result.head = head;
        result.arrays = maps.arrays();
        result.done = maps.done();
        result.provenance = {{"seed", params.seed}, {"runs", plan.runs.size()}};
        if (stats)
            result.provenance["plan"] = toJson(*stats);
        return result;
    };

    RunOptions options = runOptions(context);
    options.firstReadouts = trace.firstReadouts;
    options.parts = 4;
    options.progress = [&](std::int64_t done, std::int64_t planned) { reporter.progress(done, planned, "row-layers"); };
    options.sink = [&](const PlanResult& result) {
        maps.take(trace.cells, result);
        reporter.partial([&] { return snapshot(nullptr); });
    };
    reporter.partial([&] { return snapshot(nullptr); });
    try {
        const PlanResult result = runPlan(model, context.edits, plan, reporter, options);
        maps.take(trace.cells, result);
        return snapshot(&result.stats);
    } catch (const Cancelled&) {
        reporter.partial([&] { return snapshot(nullptr); });  // what is done is kept
        throw;
    }
}

}  // namespace

Experiment traceExperiment()
{
    auto description = describe<TraceParams>(
        "trace", "Causal trace", "How much of the answer comes back when one state of the clean run is put back.");
    describeFact(description);
    return description
        .param("sites", &TraceParams::sites, "Sites", "Where states are put back.",
               {.ifUnset = "the architecture's own list"})
        .param("window", &TraceParams::window, "Window",
               "Layers replaced together at every site but h: a number, or auto for the paper's share of depth.")
        .param("first_positions", &TraceParams::firstPositions, "First", "Token columns that are computed first.")
        .run(runTrace);
}

}  // namespace mnemo
