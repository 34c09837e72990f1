// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/data/error.h"
#include "core/experiments/context_templates.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/prompt_params.h"
#include "core/experiments/rome.h"
#include "core/experiments/texts.h"

namespace mnemo {
namespace {

constexpr double leastProjection = 1e-6;  // of ‖k_c‖: below it uᵀ k_c says nothing

/// The prompt with {} in the subject's place.
std::string promptTemplate(const RomeRequest& request, const Tokenizer& tokenizer)
{
    fillPrompt(request.prompt, request.subject, request.prefix, tokenizer);  // refuses what is not clear
    std::string prompt = request.prompt;
    if (prompt.find("{}") == std::string::npos)
        prompt.replace(prompt.find(request.subject), request.subject.size(), "{}");
    return prompt;
}

RomeSearch searchOf(const RomeRequest& request, const std::vector<std::string>& templates,
                    const ExperimentContext& context)
{
    const Tokenizer& tokenizer = *context.model.tokenizer;
    RomeSearch search;
    search.matrix = editableMatrix(*context.model.model, request.matrix);
    search.layer = request.layer;
    checkEditLayer(*context.model.model, request.layer);
    for (const Token& token : answerTokens(tokenizer, request.target))
        search.target.push_back(token.id);
    const std::string prompt = promptTemplate(request, tokenizer);
    for (std::string text : templates)
        search.rewrites.push_back(
            fillPrompt(text.replace(text.find("{}"), 2, prompt), request.subject, request.prefix, tokenizer));
    search.essence = fillPrompt("{} is a", request.subject, request.prefix, tokenizer);
    for (const FilledPrompt& row : search.rewrites)
        checkPromptLength(row.prompt.size() + int(search.target.size()) - 1, *context.model.model);
    return search;
}

}  // namespace

const std::vector<std::string>& RomeShared::templates(const RomeRequest& request, const ExperimentContext& context,
                                                      Reporter& reporter)
{
    const auto [found, isNew] = m_templates.try_emplace({request.seed, request.contexts});
    if (isNew)
        try {
            found->second = contextTemplates(context, request.seed, request.contexts, reporter);
        } catch (...) {
            m_templates.erase(found);
            throw;
        }
    return found->second;
}

const KeyStatistics& RomeShared::statistics(const Site& input, const RomeRequest& request,
                                            const ExperimentContext& context, Reporter& reporter)
{
    if (const auto found = m_statistics.find(input); found != m_statistics.end())
        return found->second;
    std::vector<Site> together{input};
    std::int64_t left = context.memoryBytes / 4 - statisticsBytes(*context.model.model, input.kind);
    for (auto next = std::ranges::find(m_inputs, input); next != m_inputs.end(); ++next) {
        if (std::ranges::find(together, *next) != together.end())
            continue;
        left -= statisticsBytes(*context.model.model, next->kind);
        if (left < 0)
            break;
        together.push_back(*next);
    }
    const std::vector<KeyStatistics> found = keyStatistics(
        context, together, readTexts(request.text, textsForStatistics), request.statisticsTokens, reporter);
    m_statistics.clear();  // those before have had their turn
    for (std::size_t i = 0; i < together.size(); ++i)
        m_statistics.emplace(together[i], found[i]);
    return m_statistics.at(input);
}

RomeEdit computeEdit(const RomeRequest& request, const ExperimentContext& context, Reporter& reporter,
                     const std::function<void(const RomeStep&)>& onStep, RomeShared* shared)
{
    searchOf(request, {"{}"}, context);  // what is wrong with the request is said before anything is computed
    RomeShared own;
    RomeShared& common = shared ? *shared : own;
    RomeEdit made;
    made.templates = common.templates(request, context, reporter);
    const RomeSearch search = searchOf(request, made.templates, context);
    const RomeLoss loss(search, request.hyper, context, reporter);
    const at::Tensor inputs_NI = loss.inputs_NI();
    made.key_I = inputs_NI.mean(0);
    made.input_I = inputs_NI[0];
    at::Tensor direction_I = made.key_I / made.key_I.norm();
    if (!request.identity) {
        made.statistics = common.statistics({search.matrix.input, request.layer, {}}, request, context, reporter);
        direction_I = inputDirection(*made.statistics, made.key_I, request.ridge);
    }
    made.keyProjection = direction_I.dot(made.input_I).item<double>();
    if (std::abs(made.keyProjection) < leastProjection * made.input_I.norm().item<double>())
        throw Failure(
            ErrorCode::CheckFailed,
            "The edit's direction does not meet this prompt: uᵀk is " + std::to_string(made.keyProjection) + ".",
            "Raise the ridge, or choose another layer.");
    made.value = searchValue(loss, request.hyper, reporter, onStep);
    const at::Tensor change_O = (made.value.value_O - made.value.v0_O).to(at::kCPU, at::kDouble);
    made.edit = {request.matrix, request.layer, change_O / made.keyProjection, direction_I, 1.0};
    return made;
}

}  // namespace mnemo
