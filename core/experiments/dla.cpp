// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: P parts of a residual row, D d_model, V vocabulary.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "core/experiments/axes.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

/// What is added to the residual stream, in order: its sum is the state behind the last layer.
std::vector<Site> partsOf(const ModelInfo& info)
{
    std::vector<Site> parts{{SiteKind::Embed, 0, {}}};
    for (int layer = 0; layer < info.layers; ++layer) {
        if (info.architecture != "gpt_neox") {
            parts.push_back({SiteKind::O, layer, {}});
            continue;
        }
        parts.push_back({SiteKind::Attn, layer, {}});
        parts.push_back({SiteKind::Mlp, layer, {}});
    }
    return parts;
}

std::string labelOf(const Site& site)
{
    return site.kind == SiteKind::Embed ? "embed" : std::to_string(site.layer) + "." + std::string(siteName(site.kind));
}

at::Tensor stateOf(const PlanResult& result, int readout, const at::TensorOptions& options)
{
    const std::vector<float>& state = result.values[std::size_t(readout)].state;
    return at::tensor(state, at::kFloat).to(options);
}

/// What the foil is when nothing says it: the most probable token that is not the target.
int foilOf(const FactTask& task, const FactBase& base)
{
    if (base.foil != base.target || task.foil >= 0)
        return base.foil;
    for (const TokenScore& score : base.topClean)
        if (score.token != base.target)
            return score.token;
    return base.foil;
}

/// What each part of the last token's residual adds to logit(target) − logit(foil), the last norm's scale held at what
/// it is in that run; with the norm's bias they sum to it exactly (direct logit attribution, Elhage et al. 2021).
Result runDla(const FactParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const at::NoGradGuard noGrad;
    FactTask task = prepareFact(params, context, false);
    const LanguageModel& model = *context.model.model;
    const std::vector<Site> parts = partsOf(model.info());
    Plan plan;
    const FactRuns runs = addFactRuns(plan, task);
    const FactReadouts readouts = readFact(plan, runs, task);
    struct Read {
        std::string name;
        std::vector<int> parts;
        int whole;
    };
    std::vector<Read> reads;
    const auto read = [&](const std::string& name, RunId run, int position) {
        Read& made = reads.emplace_back(Read{name, {}, 0});
        for (const Site& part : parts)
            made.parts.push_back(readStates(plan, run, part, {position}));
        made.whole = readStates(plan, run, {SiteKind::H, model.info().layers - 1, {}}, {position});
    };
    read("clean", runs.clean, task.last());
    if (task.pair.corruption != Corruption::None)
        read("corrupt", runs.corrupt.front(), task.pair.corrupt.size() - 1);
    const PlanResult ran = runPlan(model, context.edits, plan, reporter, runOptions(context));
    task.foil = foilOf(task, scoreFact(task, readouts, ran));
    const FactBase base = scoreFact(task, readouts, ran);

    Result result;
    result.title = "Direct attribution: " + task.pair.clean.text;
    result.head = factHead(task, base, *context.model.tokenizer);
    Axis axis{"part", {}};
    for (const Site& part : parts)
        axis.labels.push_back(labelOf(part));
    axis.labels.emplace_back("norm bias");
    for (const Read& one : reads) {
        std::vector<at::Tensor> rows;
        for (const int readout : one.parts)
            rows.push_back(stateOf(ran, readout, model.options()));
        const at::Tensor whole_D = stateOf(ran, one.whole, model.options());
        const at::Tensor logits_PV = model.unembedParts(at::stack(rows), whole_D);
        const at::Tensor difference_P =
            (logits_PV.select(1, base.target) - logits_PV.select(1, base.foil)).to(at::kCPU, at::kDouble).contiguous();
        const double* const values = difference_P.const_data_ptr<double>();
        result.head[one.name + "_sum"] = difference_P.sum().item<double>();
        result.arrays.push_back(std::make_shared<const Array>(
            computedArray(one.name + ".parts", {axis}, "logit", {values, values + difference_P.size(0)})));
    }
    result.provenance = {{"seed", params.seed}, {"plan", toJson(ran.stats)}};
    return result;
}

}  // namespace

Experiment dlaExperiment()
{
    auto description = describe<FactParams>("dla", "Direct attribution",
                                            "What each block adds to the logit of the target over that of the foil.");
    describeFact(description);
    return description.run(runDla);
}

}  // namespace mnemo
