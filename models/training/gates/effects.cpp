// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/gates/effects.h"

#include "core/data/metric.h"
#include "core/experiments/trace_plan.h"

#include <algorithm>

namespace mnemo {
namespace {

struct UnpatchedRuns {
    RunId clean = 0;
    RunId corrupt = 0;
};

UnpatchedRuns addUnpatched(Plan& plan, const SwapFact& fact)
{
    const RunId clean = plan.addRun(fact.clean.ids());
    return {clean, plan.addRun(fact.corrupt.ids())};
}

double effectOf(const SwapFact& fact, double p)
{
    return indirectEffect(p, fact.p, fact.pCorrupt);
}

/// One readout of a plan and the sum it goes into.
struct Cell {
    std::size_t curve = 0;
    std::size_t layer = 0;
    std::size_t fact = 0;
    int readout = 0;
};

std::vector<Patch> patchesOf(const Restoration& what, int layer, int layers, const std::vector<int>& positions,
                             RunId clean)
{
    const LayerRange window = windowAround(layer, what.window, layers);
    std::vector<Patch> patches;
    for (int patched = window.first; patched < window.end; ++patched)
        patches.push_back(copyOf(what.site, patched, positions, clean));
    return patches;
}

/// Runs and readouts of all facts, layers and restorations.
struct EffectPlan {
    Plan plan;
    std::vector<Cell> cells;
};

EffectPlan planEffects(const std::vector<SwapFact>& facts, const std::vector<Restoration>& restorations, int layers)
{
    EffectPlan made;
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const UnpatchedRuns runs = addUnpatched(made.plan, facts[i]);
        for (std::size_t curve = 0; curve < restorations.size(); ++curve) {
            const std::vector<int> positions = positionsOf(facts[i], restorations[curve].where);
            for (int layer = 0; layer < layers && !positions.empty(); ++layer) {
                const RunId run = made.plan.addRun(
                    runs.corrupt, patchesOf(restorations[curve], layer, layers, positions, runs.clean));
                made.cells.push_back({curve, std::size_t(layer), i, askTokens(made.plan, run, {facts[i].target})});
            }
        }
    }
    return made;
}

}  // namespace

std::vector<int> positionsOf(const SwapFact& fact, Where where)
{
    const TokenSpan subject = fact.clean.subject;
    if (where == Where::SubjectLast)
        return {subject.end - 1};
    if (where == Where::PromptLast)
        return {fact.clean.last()};
    std::vector<int> positions;
    for (int pos = subject.first; pos < subject.end - 1; ++pos)
        positions.push_back(pos);
    return positions;
}

std::vector<Curve> averageEffects(const LoadedModel& model, const std::vector<SwapFact>& facts,
                                  const std::vector<Restoration>& restorations, Reporter& reporter)
{
    const int layers = model.model->info().layers;
    const EffectPlan made = planEffects(facts, restorations, layers);
    const Answers answers(model, made.plan, reporter);
    std::vector<Curve> curves;
    for (const Restoration& restoration : restorations)
        curves.push_back({restoration.name, std::vector<double>(std::size_t(layers), 0.0), 0});
    for (const Cell& cell : made.cells) {
        curves[cell.curve].layers[cell.layer] += effectOf(facts[cell.fact], answers.p(cell.readout));
        curves[cell.curve].samples += cell.layer == 0 ? 1 : 0;
    }
    for (Curve& curve : curves)
        for (double& value : curve.layers)
            value = curve.samples > 0 ? value / curve.samples : notMeasured;
    return curves;
}

SeveredEffect severedEffect(const LoadedModel& model, const std::vector<SwapFact>& facts, Reporter& reporter)
{
    if (facts.empty())
        return {};
    Plan plan;
    for (const SwapFact& fact : facts) {
        const UnpatchedRuns runs = addUnpatched(plan, fact);
        const std::vector<int> subjectLast = positionsOf(fact, Where::SubjectLast);
        std::vector<Patch> patches{copyOf(SiteKind::H, 0, subjectLast, runs.clean)};
        askTokens(plan, plan.addRun(runs.corrupt, patches), {fact.target});
        for (int layer = 1; layer < model.model->info().layers; ++layer)
            patches.push_back(copyOf(SiteKind::O, layer, subjectLast, runs.corrupt));
        askTokens(plan, plan.addRun(runs.corrupt, patches), {fact.target});
    }
    const Answers answers(model, plan, reporter);
    SeveredEffect mean{0, 0};
    for (std::size_t i = 0; i < facts.size(); ++i) {
        mean.none += effectOf(facts[i], answers.p(int(2 * i))) / double(facts.size());
        mean.o += effectOf(facts[i], answers.p(int(2 * i + 1))) / double(facts.size());
    }
    return mean;
}

}  // namespace mnemo
