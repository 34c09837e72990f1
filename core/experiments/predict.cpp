// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/experiments/axes.h"
#include "core/experiments/describe.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/prompt_params.h"

#include <cmath>

namespace mnemo {
namespace {

struct PredictParams : PromptParams {
    std::vector<std::string> ids;
    int top = 10;
    std::string target;
    bool allLogits = false;
};

Json targetJson(const std::string& target, const Distribution& distribution, const Tokenizer& tokenizer)
{
    const Token token = answerTokens(tokenizer, target).front();
    const TokenScore score = distribution.score(token.id);
    return {{"id", token.id},     {"text", token.text}, {"p", std::exp(score.logp)},
            {"logp", score.logp}, {"rank", score.rank}, {"logit", score.logit}};
}

ArrayPtr logitsArray(const Prompt& prompt, const LoadedModel& model, const PlanResult& result)
{
    std::vector<double> values;
    for (const ReadoutValue& value : result.values)
        values.insert(values.end(), value.logits.begin(), value.logits.end());
    const Axis vocabulary = numberedAxis("vocab", std::size_t(model.model->info().vocabRows));
    return std::make_shared<const Array>(
        computedArray("logits", {tokenAxis(prompt), vocabulary}, "logit", std::move(values)));
}

Result runPredict(const PredictParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const Tokenizer& tokenizer = *context.model.tokenizer;
    const Prompt prompt =
        params.ids.empty() ? readPrompt(params, context.model) : promptOfIds(params.ids, context.model);
    Plan plan;
    const RunId run = plan.addRun(prompt.ids());
    for (int pos = params.allLogits ? 0 : prompt.size() - 1; pos < prompt.size(); ++pos) {
        Readout readout;
        readout.run = run;
        readout.position = pos;
        readout.allLogits = true;
        plan.read(std::move(readout));
    }
    const RunOptions options = runOptions(context);
    const PlanResult ran = runPlan(*context.model.model, context.edits, plan, reporter, options);
    const Distribution last(ran.values.back().logits);

    Result result;
    result.title = "Prediction: " + prompt.text;
    result.head = {{"tokens", tokensJson(prompt)},
                   {"prefix_tokens", prompt.prefixTokens},
                   {"top", topJson(last.top(params.top, options.visibleVocabulary), tokenizer)}};
    if (!params.target.empty())
        result.head["target"] = targetJson(params.target, last, tokenizer);
    if (params.allLogits)
        result.arrays.push_back(logitsArray(prompt, context.model, ran));
    result.provenance = {{"plan", toJson(ran.stats)}};
    return result;
}

}  // namespace

Experiment predictExperiment()
{
    auto description = describe<PredictParams>("predict", "Prediction", "The most probable next tokens of a prompt.");
    describePrompt(description);
    return description
        .param("ids", &PredictParams::ids, "Ids", "Token ids, used instead of a text; no prefix is added to them.")
        .param("top", &PredictParams::top, "Top", "How many tokens are listed.", {.minimum = 0, .maximum = 1e6})
        .param("target", &PredictParams::target, "Target", "A token whose probability is wanted as well.")
        .param("all_logits", &PredictParams::allLogits, "All logits", "Every logit at every position, [T, V].")
        .run(runPredict);
}

}  // namespace mnemo
