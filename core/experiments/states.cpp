// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/experiments/describe.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/prompt_params.h"
#include "core/experiments/state_arrays.h"

#include <set>

namespace mnemo {
namespace {

struct StatesParams : PromptParams {
    std::vector<std::string> sites;
};

std::set<Site> sitesOf(const std::vector<std::string>& patterns, int layers)
{
    std::set<Site> sites;
    for (const std::string& pattern : patterns)
        for (const Site& site : parseSites(pattern, layers))
            sites.insert(site);
    if (sites.empty())
        throw Failure(ErrorCode::Usage, "No site is named.", "Name some, like layers.*.s.");
    return sites;
}

Result runStates(const StatesParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const LanguageModel& model = *context.model.model;
    const Prompt prompt = readPrompt(params, context.model);
    const std::set<Site> sites = sitesOf(params.sites, model.info().layers);
    const std::vector<int> positions = allPositions(std::size_t(prompt.size()));

    Plan plan;
    const RunId run = plan.addRun(prompt.ids());
    std::vector<int> first;
    for (const Site& site : sites)
        first.push_back(readStates(plan, run, site, positions));
    const PlanResult ran = runPlan(model, context.edits, plan, reporter, runOptions(context));

    Result result;
    result.title = "States: " + prompt.text;
    result.head = {{"tokens", tokensJson(prompt)}, {"prefix_tokens", prompt.prefixTokens}};
    std::size_t i = 0;
    for (const Site& site : sites)
        result.arrays.push_back(stateArray(site, prompt, positions, {first[i++]}, ran));
    result.provenance = {{"plan", toJson(ran.stats)}};
    return result;
}

}  // namespace

Experiment statesExperiment()
{
    auto description = describe<StatesParams>("states", "States", "The states of one run, as they are.");
    describePrompt(description);
    return description
        .param("sites", &StatesParams::sites, "Sites", "Patterns like layers.17.s, layers.3-5.h, layers.*.s or embed.",
               {.required = true})
        .run(runStates);
}

}  // namespace mnemo
