// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: T tokens of the prompt, D d_model, V vocabulary.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

#include "core/experiments/axes.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

/// One run's states as the head would read them, layer by layer.
struct LensMaps {
    Array p, logp, rank, top, topP;
    Json topText = Json::array();
};

Axis depthAxis(int layers)
{
    Axis axis = layerAxis(layers);
    axis.labels.insert(axis.labels.begin(), "embed");
    return axis;
}

/// @param states_TD after the embedding or a block
std::vector<std::vector<float>> logitsOf(const LanguageModel& model, const at::Tensor& states_TD, Reporter& reporter)
{
    const at::Tensor logits_TV =
        model.unembed(states_TD, [&reporter] { reporter.checkStop(); }).to(at::kCPU, at::kFloat).contiguous();
    std::vector<std::vector<float>> rows;
    const float* row = logits_TV.const_data_ptr<float>();
    for (std::int64_t t = 0; t < logits_TV.size(0); ++t, row += logits_TV.size(1))
        rows.emplace_back(row, row + logits_TV.size(1));
    return rows;
}

at::Tensor statesOf(const LanguageModel& model, const PlanResult& result, std::size_t first, int tokens)
{
    at::Tensor states_TD = at::empty({tokens, model.info().dModel}, at::kFloat);
    for (int token = 0; token < tokens; ++token)
        std::copy_n(result.values[first + std::size_t(token)].state.data(), model.info().dModel,
                    states_TD.mutable_data_ptr<float>() + std::int64_t(token) * model.info().dModel);
    return states_TD.to(model.options());
}

LensMaps readLens(const std::string& name, const Prompt& prompt, int target, const PlanResult& result,
                  std::size_t first, const ExperimentContext& context, Reporter& reporter)
{
    const LanguageModel& model = *context.model.model;
    const int tokens = prompt.size(), depths = model.info().layers + 1;
    const std::vector<Axis> axes{depthAxis(model.info().layers), tokenAxis(prompt)};
    LensMaps maps{Array::make(name + ".p", axes, "probability"), Array::make(name + ".logp", axes, "nats"),
                  Array::make(name + ".rank", axes, "rank"), Array::make(name + ".top", axes, "token"),
                  Array::make(name + ".top_p", axes, "probability")};
    const int visible = runOptions(context).visibleVocabulary;
    for (int depth = 0; depth < depths; ++depth) {
        const at::Tensor states_TD = statesOf(model, result, first + std::size_t(depth * tokens), tokens);
        Json texts = Json::array();
        std::size_t cell = std::size_t(depth) * std::size_t(tokens);
        for (const std::vector<float>& logits : logitsOf(model, states_TD, reporter)) {
            const Distribution distribution(logits);
            const TokenScore score = distribution.score(target), best = distribution.top(1, visible).front();
            for (const auto& [array, value] :
                 {std::pair(&maps.p, std::exp(score.logp)), std::pair(&maps.logp, score.logp),
                  std::pair(&maps.rank, double(score.rank)), std::pair(&maps.top, double(best.token)),
                  std::pair(&maps.topP, std::exp(best.logp))}) {
                array->values[cell] = value;
                array->states[cell] = CellState::Computed;
            }
            texts.push_back(context.model.tokenizer->token(best.token).text);
            ++cell;
        }
        maps.topText.push_back(std::move(texts));
        reporter.progress(depth + 1, depths, "layers");
    }
    return maps;
}

/// What the head would say of every state on the way (nostalgebraist 2020): the last norm and the unembedding of the
/// residual stream after each layer.
Result runLens(const FactParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const at::NoGradGuard noGrad;
    const FactTask task = prepareFact(params, context, false);
    const LanguageModel& model = *context.model.model;
    Plan plan;
    const FactRuns runs = addFactRuns(plan, task);
    const FactReadouts readouts = readFact(plan, runs, task);
    std::vector<std::pair<std::string, const Prompt*>> names{{"clean", &task.pair.clean}};
    if (task.pair.corruption != Corruption::None)
        names.emplace_back("corrupt", &task.pair.corrupt);
    std::vector<std::size_t> firsts;
    for (const auto& [name, prompt] : names) {
        const std::vector<int> positions = allPositions(std::size_t(prompt->size()));
        const RunId run = name == "clean" ? runs.clean : runs.corrupt.front();
        firsts.push_back(plan.readouts.size());
        readStates(plan, run, {SiteKind::Embed, 0, {}}, positions);
        for (int layer = 0; layer < model.info().layers; ++layer)
            readStates(plan, run, {SiteKind::H, layer, {}}, positions);
    }
    const PlanResult ran = runPlan(model, context.edits, plan, reporter, runOptions(context));
    const FactBase base = scoreFact(task, readouts, ran);

    Result result;
    result.title = "Logit lens: " + task.pair.clean.text;
    result.head = factHead(task, base, *context.model.tokenizer);
    for (std::size_t i = 0; i < names.size(); ++i) {
        LensMaps maps = readLens(names[i].first, *names[i].second, base.target, ran, firsts[i], context, reporter);
        for (Array* array : {&maps.p, &maps.logp, &maps.rank, &maps.top, &maps.topP})
            result.arrays.push_back(std::make_shared<const Array>(std::move(*array)));
        result.head[names[i].first + "_top_text"] = std::move(maps.topText);
    }
    result.provenance = {{"seed", params.seed}, {"plan", toJson(ran.stats)}};
    return result;
}

}  // namespace

Experiment lensExperiment()
{
    auto description = describe<FactParams>("lens", "Logit lens",
                                            "What the model would say if it ended after each layer, at every token.");
    describeFact(description);
    return description.run(runLens);
}

}  // namespace mnemo
