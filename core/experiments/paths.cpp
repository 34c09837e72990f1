// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/data/metric.h"
#include "core/experiments/axes.h"
#include "core/experiments/curve_means.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_list.h"

namespace mnemo {
namespace {

/// States that are held at their corrupted values above the restored layer.
struct Severed {
    std::string name;
    std::vector<SiteKind> sites;
};

std::vector<Severed> severedOf(const ModelInfo& info)
{
    using enum SiteKind;
    if (info.architecture == "mamba")
        return {{"none", {}}, {"s", {S}}, {"g", {G}}, {"o", {O}}};
    return {{"none", {}}, {"attn", {Attn}}, {"mlp", {Mlp}}, {"attn + mlp", {Attn, Mlp}}};
}

struct Place {
    std::string name;  ///< of arrays
    int clean = 0;
    int corrupt = 0;
};

std::vector<Place> placesOf(const FactTask& task)
{
    return {{"subject_last", task.pair.cleanSubject.end - 1, task.pair.corruptSubject.end - 1},
            {"prompt_last", task.pair.clean.size() - 1, task.pair.corrupt.size() - 1}};
}

Patch copyOf(SiteKind site, int layer, int to, RunId from, int position)
{
    return {{site, layer, {}}, {to}, CopyFrom{from, {position}}};
}

/// One run per place, layer and severed state; their readouts in this order. In the last layer nothing is above.
void addPaths(Plan& plan, const FactTask& task, const FactBase& base, const std::vector<Severed>& severed, int layers)
{
    const FactRuns runs = addFactRuns(plan, task);
    const RunId corrupt = runs.corrupt.front();
    for (const Place& place : placesOf(task))
        for (int layer = 0; layer < layers; ++layer) {
            const RunId restored =
                plan.addRun(corrupt, {copyOf(SiteKind::H, layer, place.corrupt, runs.clean, place.clean)});
            for (const Severed& cut : severed) {
                std::vector<Patch> patches;
                for (int above = layer + 1; above < layers; ++above)
                    for (const SiteKind site : cut.sites)
                        patches.push_back(copyOf(site, above, place.corrupt, corrupt, place.corrupt));
                Readout readout;
                readout.run = patches.empty() ? restored : plan.addRun(restored, std::move(patches));
                readout.position = task.lastOfBase();
                readout.tokens = {base.target};
                plan.read(std::move(readout));
            }
        }
}

/// Path-specific effects: h of the clean run at one token behind layer ℓ, and at the same token x of the corrupted run
/// in all layers above (METHODS.md §3; Figs 4, 5, 10). Later tokens still read that token.
Result runPaths(const FactListParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const LanguageModel& model = *context.model.model;
    const int layers = model.info().layers;
    const std::vector<Severed> severed = severedOf(model.info());
    const FactSelection selection = factsOf(params, context, true, reporter);

    Axis cut{"severed", {}};
    for (const Severed& one : severed)
        cut.labels.push_back(one.name);
    const std::vector<Axis> axes{layerAxis(layers), cut};
    const std::size_t cells = std::size_t(layers) * severed.size();
    std::vector<std::pair<std::string, CurveMeans>> means{{"subject_last", CurveMeans(axes)},
                                                          {"prompt_last", CurveMeans(axes)}};
    Json facts = Json::array();
    const auto snapshot = [&] {
        Result result;
        result.title = selection.facts.size() == 1 ? "Paths: " + selection.facts.front().task.pair.clean.text
                                                   : "Paths over " + std::to_string(facts.size()) + " facts";
        result.head = {{"severed", cut.labels}, {"counts", selection.countsJson()}, {"facts", facts}};
        for (const auto& [name, mean] : means) {
            result.arrays.push_back(std::make_shared<const Array>(mean.means(name + ".ie", "IE")));
            result.arrays.push_back(std::make_shared<const Array>(mean.errors(name + ".se", "IE")));
        }
        result.done = double(facts.size()) / double(selection.facts.size());
        result.provenance = {{"seed", params.seed}};
        return result;
    };
    const auto take = [&](std::size_t begin, std::size_t end) {
        Plan plan;
        for (std::size_t i = begin; i < end; ++i)
            addPaths(plan, selection.facts[i].task, selection.facts[i].base, severed, layers);
        const PlanResult ran = runPlan(model, context.edits, plan, reporter, runOptions(context));
        std::size_t readout = 0;
        for (std::size_t i = begin; i < end; ++i) {
            const ChosenFact& fact = selection.facts[i];
            for (auto& [name, mean] : means) {
                std::vector<double> effects;
                for (std::size_t cell = 0; cell < cells; ++cell, ++readout)
                    effects.push_back(indirectEffect(std::exp(ran.values[readout].tokens.front().logp),
                                                     fact.base.clean.p, fact.base.corrupt.p));
                mean.add(effects);
            }
            facts.push_back({{"fact", fact.toJson()},
                             {"p_clean", fact.base.clean.p},
                             {"p_corrupt", fact.base.corrupt.p},
                             {"target", context.model.tokenizer->token(fact.base.target).text}});
        }
    };
    return inGroups(selection.facts.size(), reporter, take, snapshot);
}

}  // namespace

Experiment pathsExperiment()
{
    auto description = describe<FactListParams>("paths", "Path-specific effects",
                                                "What a restored state still gives back when the same token's later "
                                                "states are held at their corrupted values.");
    describeFactList(description);
    return description.run(runPaths);
}

}  // namespace mnemo
