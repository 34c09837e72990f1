// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/metric.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/patch_spec.h"
#include "core/experiments/state_arrays.h"

#include <cmath>
#include <map>
#include <set>

namespace mnemo {
namespace {

struct PatchParams : FactParams {
    std::vector<std::string> patches;
    std::vector<std::string> read;
    int top = 10;
};

/// A state that is read in every sample's run: index of the first sample's readout; the others follow with a stride.
struct StateRead {
    Site site;
    std::vector<int> positions;  ///< of the clean prompt
};

std::vector<StateRead> stateReads(const std::vector<std::string>& texts, const FactTask& task, int layers)
{
    std::map<Site, std::set<int>> wanted;
    for (const std::string& text : texts) {
        const ReadSpec spec = parseRead(text, layers, task.pair);
        for (const Site& site : spec.sites)
            for (const int pos : spec.where.positions)
                if (baseColumn(task, pos))
                    wanted[site].insert(pos);
    }
    std::vector<StateRead> reads;
    for (const auto& [site, positions] : wanted)
        reads.push_back({site, {positions.begin(), positions.end()}});
    return reads;
}

/// The plan of one patched run per noise sample.
struct PatchPlan {
    Plan plan;
    FactReadouts unpatched;
    std::vector<int> patched;              ///< per sample
    std::vector<std::vector<int>> states;  ///< per sample: first readout of each StateRead
};

PatchPlan buildPatchPlan(const FactTask& task, const std::vector<PatchSpec>& specs, const std::vector<StateRead>& reads,
                         const LanguageModel& model)
{
    PatchPlan patch;
    const FactRuns runs = addFactRuns(patch.plan, task);
    patch.unpatched = readFact(patch.plan, runs, task);
    for (int sample = 0; sample < task.samples(); ++sample) {
        std::vector<Patch> patches;
        for (const PatchSpec& spec : specs)
            for (Patch& one : makePatches(spec, task, runs, sample, model))
                patches.push_back(std::move(one));
        const RunId base = runs.base(task, sample);
        const RunId run = patches.empty() ? base : patch.plan.addRun(base, std::move(patches));
        patch.patched.push_back(readAnswer(patch.plan, run, task.lastOfBase(), task));
        std::vector<int>& states = patch.states.emplace_back();
        for (const StateRead& read : reads) {
            std::vector<int> columns;
            for (const int pos : read.positions)
                columns.push_back(*baseColumn(task, pos));
            states.push_back(readStates(patch.plan, run, read.site, columns));
        }
    }
    return patch;
}

Result runPatch(const PatchParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const LanguageModel& model = *context.model.model;
    const Tokenizer& tokenizer = *context.model.tokenizer;
    const FactTask task = prepareFact(params, context, false);
    std::vector<PatchSpec> specs;
    for (const std::string& text : params.patches)
        specs.push_back(parsePatch(text, model.info().layers, task.pair));
    const std::vector<StateRead> reads = stateReads(params.read, task, model.info().layers);
    const PatchPlan patch = buildPatchPlan(task, specs, reads, model);
    const PlanResult ran = runPlan(model, context.edits, patch.plan, reporter, runOptions(context));

    const FactBase base = scoreFact(task, patch.unpatched, ran, params.top);
    const PatchedScores patched = scorePatched(task, base, patch.unpatched, patch.patched, ran, params.top);
    Result result;
    result.title = "Patched run: " + task.pair.clean.text;
    result.head = factHead(task, base, tokenizer);
    result.head["patched"] = toJson(patched.score);
    const double ie = indirectEffect(patched.score.p, base.clean.p, base.corrupt.p);
    result.head["ie"] = std::isnan(ie) ? Json() : Json(ie);
    result.head["kl"] = patched.score.kl;
    result.head["top_patched"] = topJson(patched.top, tokenizer);
    for (std::size_t i = 0; i < reads.size(); ++i) {
        std::vector<int> first;
        for (const std::vector<int>& states : patch.states)
            first.push_back(states[i]);
        result.arrays.push_back(stateArray(reads[i].site, task.pair.clean, reads[i].positions, first, ran));
    }
    result.provenance = {{"seed", params.seed}, {"plan", toJson(ran.stats)}};
    return result;
}

}  // namespace

Experiment patchExperiment()
{
    auto description =
        describe<PatchParams>("patch", "Patched run", "One run with any states replaced, beside clean and corrupted.");
    describeFact(description);
    return description
        .param("patches", &PatchParams::patches, "Patches",
               "SITES@POSITIONS=VALUE, like layers.3-5.s@subject_last=clean; values: clean, corrupt, zero, FILE.npy, "
               "+FILE.npy.")
        .param("read", &PatchParams::read, "Read", "States of the patched run that are wanted: SITES@POSITIONS.")
        .param("top", &PatchParams::top, "Top", "How many tokens are listed.", {.minimum = 1, .maximum = 1e6})
        .run(runPatch);
}

}  // namespace mnemo
