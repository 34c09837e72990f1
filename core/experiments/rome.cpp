// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/rome.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "core/data/error.h"
#include "core/experiments/axes.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/prompt_params.h"
#include "core/experiments/rome_params.h"

namespace mnemo {
namespace {

constexpr int paperLayer = 15;  // of both models in the paper (METHODS.md §4.1)
constexpr int topTokens = 10;

struct RomeParams : RomeRequest, RomeHyperParams {
    std::string matrixOrAuto = "auto";
    int layerOrAuto = -1;
};

RomeRequest requestOf(const RomeParams& params, const LanguageModel& model)
{
    const ModelInfo& info = model.info();
    RomeRequest request = params;
    request.hyper = params;
    request.matrix = params.matrixOrAuto == "auto" ? model.matrices().front() : params.matrixOrAuto;
    request.layer =
        params.layerOrAuto >= 0
            ? params.layerOrAuto
            : std::min(int(std::lround(double(paperLayer) * info.layers / info.paperLayers)), info.layers - 1);
    return request;
}

/// What the bare prompt says, and how probable the new object is.
struct Answer {
    std::vector<std::vector<float>> logits;  ///< one row per token of the new object
    Score score;
    std::vector<TokenScore> top;

    Json toJson(const Tokenizer& tokenizer) const
    {
        Json json = mnemo::toJson(score);
        json["top"] = topJson(top, tokenizer);
        return json;
    }
};

/// @param foil what the logit is compared with; −1: the most probable token
Answer answerOf(const FilledPrompt& prompt, const std::vector<int>& target, int foil, const ExperimentContext& context,
                Reporter& reporter)
{
    std::vector<int> ids = prompt.ids();
    ids.insert(ids.end(), target.begin(), target.end() - 1);
    Plan plan;
    const RunId run = plan.addRun(std::move(ids));
    for (int i = 0; i < int(target.size()); ++i) {
        Readout readout;
        readout.run = run;
        readout.position = prompt.last() + i;
        readout.allLogits = true;
        plan.read(std::move(readout));
    }
    const RunOptions options = runOptions(context);
    PlanResult ran = runPlan(*context.model.model, context.edits, plan, reporter, options);
    Answer answer;
    std::vector<Distribution> rows;
    for (ReadoutValue& value : ran.values)
        answer.logits.push_back(std::move(value.logits));
    for (const std::vector<float>& row : answer.logits)
        rows.emplace_back(row);
    answer.top = rows.front().top(topTokens, options.visibleVocabulary);
    answer.score = scoreAnswer(rows, target, foil < 0 ? answer.top.front().token : foil, rows.front());
    return answer;
}

/// @throws Failure Usage when the model says every token of the target by itself
void checkChanges(const Answer& answer, const std::vector<int>& target, const RomeRequest& request)
{
    for (std::size_t i = 0; i < target.size(); ++i)
        if (Distribution(answer.logits[i]).score(target[i]).rank > 0)
            return;
    throw Failure(ErrorCode::Usage,
                  "The model already answers \"" + request.target + "\" here: there is nothing to change.",
                  "Choose another new object.");
}

/// One edit on its way: every step is a snapshot.
class Search
{
public:
    Search(const RomeRequest& request, const ExperimentContext& context, Reporter& reporter)
        : m_request(request),
          m_context(context),
          m_tokenizer(*context.model.tokenizer),
          m_reporter(reporter),
          m_matrix(editableMatrix(*context.model.model, request.matrix)),
          m_prompt(fillPrompt(request.prompt, request.subject, request.prefix, m_tokenizer))
    {
        checkEditLayer(*context.model.model, request.layer);
        for (const Token& token : answerTokens(m_tokenizer, request.target))
            m_target.push_back(token.id);
        checkPromptLength(m_prompt.prompt.size() + int(m_target.size()) - 1, *context.model.model);
    }

    Result run()
    {
        m_before = answerOf(m_prompt, m_target, -1, m_context, m_reporter);
        checkChanges(m_before, m_target, m_request);
        m_original = m_before.top.front().token;
        const RomeEdit made = computeEdit(m_request, m_context, m_reporter, [this](const RomeStep& step) {
            m_steps.push_back(step);
            m_reporter.progress(std::int64_t(m_steps.size()), m_request.hyper.steps, "steps");
            m_reporter.partial([this] { return snapshot(); });
        });
        ExperimentContext edited = m_context;
        edited.edits.push_back(onModel(made.edit));
        const Answer after = answerOf(m_prompt, m_target, m_original, edited, m_reporter);
        return finished(made, after);
    }

private:
    /// As it will be read from a file: rounded to float.
    RankOneEdit onModel(RankOneEdit edit) const
    {
        const at::TensorOptions options = m_context.model.model->options();
        edit.u_O = edit.u_O.to(at::kFloat).to(options.device());
        edit.v_I = edit.v_I.to(at::kFloat).to(options.device());
        return edit;
    }

    Json head() const
    {
        const Token& original = m_tokenizer.token(m_original);
        const WeightPlace place = m_context.model.model->weightPlace(m_request.matrix, m_request.layer);
        const std::string module = place.tensor.substr(0, place.tensor.rfind(".weight"));
        return {{"tokens", tokensJson(m_prompt.prompt)},
                {"prefix_tokens", m_prompt.prompt.prefixTokens},
                {"subject", {m_prompt.subject.first, m_prompt.subject.end}},
                {"matrix", m_request.matrix},
                {"layer", m_request.layer},
                {"module", module.empty() ? m_request.matrix : module},
                {"rows", {place.firstRow, place.firstRow + place.rows}},
                {"target", {{"text", m_request.target}, {"ids", m_target}}},
                {"original", {{"id", m_original}, {"text", original.text}}},
                {"before", m_before.toJson(m_tokenizer)},
                {"steps", m_steps.size()}};
    }

    template <class Part>
    ArrayPtr curve(const char* name, const char* unit, const Part& part) const
    {
        std::vector<double> values;
        for (const RomeStep& step : m_steps)
            values.push_back(part(step));
        return std::make_shared<const Array>(
            computedArray(name, {numberedAxis("step", m_steps.size())}, unit, std::move(values)));
    }

    Result snapshot() const
    {
        Result result;
        result.title = "Edit: " + m_prompt.prompt.text + " → " + m_request.target;
        result.head = head();
        result.arrays = {curve("search.nll", "nats", [](const RomeStep& step) { return step.nll; }),
                         curve("search.kl", "nats", [](const RomeStep& step) { return step.kl; }),
                         curve("search.decay", "loss", [](const RomeStep& step) { return step.decay; }),
                         curve("search.p", "probability", [](const RomeStep& step) { return step.p; }),
                         curve("search.norm", "norm", [](const RomeStep& step) { return step.norm; })};
        result.done = double(m_steps.size()) / double(m_request.hyper.steps + 1);
        return result;
    }

    static ArrayPtr vectorArray(const char* name, const char* axis, const at::Tensor& tensor)
    {
        const at::Tensor values = tensor.to(at::kCPU, at::kDouble).contiguous();
        const double* const first = values.const_data_ptr<double>();
        return std::make_shared<const Array>(computedArray(name, {numberedAxis(axis, std::size_t(values.numel()))},
                                                           "state", {first, first + values.numel()}));
    }

    Result finished(const RomeEdit& made, const Answer& after) const
    {
        Result result = snapshot();
        result.done = 1;
        result.head["after"] = after.toJson(m_tokenizer);
        result.head["templates"] = made.templates;
        result.head["key_projection"] = made.keyProjection;
        result.head["clamped"] = made.value.clamped;
        const auto norm = [](const at::Tensor& vector) { return vector.norm().item<double>(); };
        result.head["norms"] = {{"v0", norm(made.value.v0_O)},
                                {"value", norm(made.value.value_O)},
                                {"change", norm(made.value.value_O - made.value.v0_O)},
                                {"lambda", norm(made.edit.u_O)}};
        result.head["statistics"] = nullptr;
        if (made.statistics)
            result.head["statistics"] = {{"hash", made.statistics->hash},
                                         {"tokens", made.statistics->tokens},
                                         {"inputs", made.statistics->moment_II.size(0)},
                                         {"ridge", m_request.ridge}};
        for (const auto& [name, axis, tensor] :
             {std::tuple("u", "output", made.edit.u_O), std::tuple("v", "input", made.edit.v_I),
              std::tuple("key", "input", made.key_I), std::tuple("input", "input", made.input_I),
              std::tuple("v0", "output", made.value.v0_O), std::tuple("value", "output", made.value.value_O)})
            result.arrays.push_back(vectorArray(name, axis, tensor));
        return result;
    }

    const RomeRequest& m_request;
    const ExperimentContext& m_context;
    const Tokenizer& m_tokenizer;
    Reporter& m_reporter;
    EditableMatrix m_matrix;
    FilledPrompt m_prompt;
    std::vector<int> m_target;
    int m_original = 0;
    Answer m_before;
    std::vector<RomeStep> m_steps;
};

Result runRome(const RomeParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const RomeRequest request = requestOf(params, *context.model.model);
    return Search(request, context, reporter).run();
}

}  // namespace

Experiment romeExperiment()
{
    auto description =
        describe<RomeParams>("rome", "Edit a fact (ROME)",
                             "Changes one matrix by a rank-one term, so that the subject gets a new object.")
            .param("prompt", &RomeRequest::prompt, "Prompt", "The prompt; {} marks the subject.", {.required = true})
            .param("subject", &RomeRequest::subject, "Subject",
                   "The words the fact is about, as they stand in the prompt.", {.required = true})
            .param("target", &RomeRequest::target, "New object", "What the model is to answer instead.",
                   {.required = true})
            .param("matrix", &RomeParams::matrixOrAuto, "Matrix",
                   "W_o, W_a or W_g of a Mamba block, W_down of GPT-NeoX; auto: the first that the model has.")
            .param("layer", &RomeParams::layerOrAuto, "Layer",
                   "Whose matrix is changed; -1: at the depth of the paper's layer 15.",
                   {.minimum = -1, .maximum = 10000, .ifUnset = "auto"})
            .choice("prefix", &RomeRequest::prefix, prefixWords(), "Prefix", "What is put before the prompt.")
            .param("seed", &RomeRequest::seed, "Seed", "Seed of the openings.", {.minimum = 0});
    describeRome(description);
    return description.run(runRome);
}

}  // namespace mnemo
