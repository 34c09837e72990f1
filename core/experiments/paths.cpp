// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <span>

#include "core/data/metric.h"
#include "core/experiments/axes.h"
#include "core/experiments/curve_means.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_list.h"
#include "core/experiments/fact_records.h"

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
class Paths
{
public:
    Paths(const FactListParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_context(context),
          m_reporter(reporter),
          m_layers(context.model.model->info().layers),
          m_severed(severedOf(context.model.model->info())),
          m_means{{"subject_last", CurveMeans(axes())}, {"prompt_last", CurveMeans(axes())}},
          m_records(params.records, recordsHeader("paths", params, context, Json::object({{"target", params.target}})),
                    [like = emptyCurves()](const Json& json) { return FactCurves::fromJson(json, like); }),
          m_selection(factsOf(params, context, true, reporter))
    {
    }

    Result run()
    {
        return inGroups(
            m_selection.facts.size(), m_reporter, [this](std::size_t begin, std::size_t end) { take(begin, end); },
            [this] { return snapshot(); });
    }

private:
    std::vector<std::string> severedNames() const
    {
        std::vector<std::string> names;
        for (const Severed& one : m_severed)
            names.push_back(one.name);
        return names;
    }

    std::vector<Axis> axes() const { return {layerAxis(m_layers), {"severed", severedNames()}}; }
    std::size_t cells() const { return std::size_t(m_layers) * m_severed.size(); }

    FactCurves emptyCurves() const
    {
        FactCurves curves;
        curves.pCorrupt = 0;
        for (const auto& [name, mean] : m_means)
            curves.p[name].resize(cells());
        return curves;
    }

    void take(std::size_t begin, std::size_t end)
    {
        const std::span<const ChosenFact> facts = std::span(m_selection.facts).subspan(begin, end - begin);
        m_records.forEach(
            facts, [&] { runFacts(facts); }, [this](const FactCurves& curves) { count(curves); });
    }

    void count(const FactCurves& curves)
    {
        for (auto& [name, mean] : m_means) {
            std::vector<double> effects;
            for (const double p : curves.p.at(name))
                effects.push_back(indirectEffect(p, curves.pClean, *curves.pCorrupt));
            mean.add(effects);
        }
        m_facts.push_back(curves.summary());
    }

    void runFacts(std::span<const ChosenFact> facts)
    {
        Plan plan;
        for (const ChosenFact& fact : facts)
            addPaths(plan, fact.task, fact.base, m_severed, m_layers);
        const PlanResult ran =
            runPlan(*m_context.model.model, m_context.edits, plan, m_reporter, runOptions(m_context));
        std::size_t readout = 0;
        for (const ChosenFact& fact : facts) {
            FactCurves curves = curvesOf(fact, m_context, true);
            for (const auto& [name, mean] : m_means)
                for (std::size_t cell = 0; cell < cells(); ++cell, ++readout)
                    curves.p[name].push_back(std::exp(ran.values[readout].tokens.front().logp));
            m_records.addNew(std::move(curves));
        }
    }

    Result snapshot() const
    {
        Result result;
        result.title = m_selection.facts.size() == 1 ? "Paths: " + m_selection.facts.front().task.pair.clean.text
                                                     : "Paths over " + std::to_string(m_facts.size()) + " facts";
        result.head = {{"severed", severedNames()}, {"counts", m_selection.countsJson()}, {"facts", m_facts}};
        for (const auto& [name, mean] : m_means) {
            result.arrays.push_back(std::make_shared<const Array>(mean.means(name + ".ie", "IE")));
            result.arrays.push_back(std::make_shared<const Array>(mean.errors(name + ".se", "IE")));
        }
        result.done = double(m_facts.size()) / double(m_selection.facts.size());
        result.provenance = {{"seed", m_params.seed}};
        return result;
    }

    const FactListParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    int m_layers;
    std::vector<Severed> m_severed;
    std::vector<std::pair<std::string, CurveMeans>> m_means;  ///< by place, as placesOf() has them
    FactRecords<FactCurves> m_records;
    FactSelection m_selection;
    Json m_facts = Json::array();
};

Result runPaths(const FactListParams& params, const ExperimentContext& context, Reporter& reporter)
{
    return Paths(params, context, reporter).run();
}

}  // namespace

Experiment pathsExperiment()
{
    auto description = describe<FactListParams>("paths", "Path-specific effects",
                                                "What a restored state still gives back when the same token's later "
                                                "states are held at their corrupted values.");
    describeFactList(description);
    describeRecords(description);
    return description.run(runPaths);
}

}  // namespace mnemo
