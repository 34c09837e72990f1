// SPDX-License-Identifier: GPL-3.0-or-later
// Many prompts without and with the edits that are on: the table of paraphrases.
#include <cmath>
#include <utility>

#include "core/data/error.h"
#include "core/engine/generate.h"
#include "core/experiments/asked_texts.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/prompt_params.h"

namespace mnemo {
namespace {

struct PromptsParams {
    std::vector<std::string> prompts;
    std::string oldObject;
    std::string newObject;
    Prefix prefix = Prefix::None;
    int tokens = 0;
};

/// All prompts as one plan: each alone, and with the old and the new object behind it.
class Asking
{
public:
    Asking(const PromptsParams& params, const std::vector<Prompt>& prompts, const ExperimentContext& context)
        : m_context(context)
    {
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            Row& row = m_rows.emplace_back();
            row.next = m_asked.addNext(prompts[i].ids());
            for (const auto& [name, object] : {std::pair("old", params.oldObject), std::pair("new", params.newObject)})
                row.objects.emplace_back(
                    name, object.empty()
                              ? AskedObject{}
                              : m_asked.addObject(scoredText(params.prompts[i], object, params.prefix, m_context)));
        }
    }

    Json rows(const Edits& edits, Reporter& reporter) const
    {
        const PlanResult ran = runPlan(*m_context.model.model, edits, m_asked.plan(), reporter, runOptions(m_context));
        Json rows = Json::array();
        for (const Row& row : m_rows)
            rows.push_back(rowJson(row, ran.values));
        return rows;
    }

private:
    struct Row {
        int next = 0;                                              ///< readout of the most probable token
        std::vector<std::pair<std::string, AskedObject>> objects;  ///< no tokens where none is given
    };

    Json rowJson(const Row& row, const std::vector<ReadoutValue>& values) const
    {
        const TokenScore& best = values[std::size_t(row.next)].top.front();
        Json json{{"top",
                   {{"id", best.token},
                    {"text", m_context.model.tokenizer->token(best.token).text},
                    {"p", std::exp(best.logp)}}}};
        for (const auto& [name, asked] : row.objects) {
            const double logp = asked.logp(values);
            const bool given = asked.tokens > 0;
            json["p_" + name] = given ? Json(std::exp(logp)) : Json(nullptr);
            json["nll_" + name] = given ? Json(-logp / asked.tokens) : Json(nullptr);
            json["rank_" + name] = given ? Json(values[std::size_t(asked.readout)].tokens.front().rank) : Json(nullptr);
        }
        return json;
    }

    const ExperimentContext& m_context;
    AskedTexts m_asked;
    std::vector<Row> m_rows;
};

/// What the model goes on with, greedily.
std::vector<std::string> continuations(const std::vector<Prompt>& prompts, const Edits& edits, int tokens,
                                       const ExperimentContext& context, Reporter& reporter)
{
    std::vector<std::vector<int>> ids;
    for (const Prompt& prompt : prompts)
        ids.push_back(prompt.ids());
    GenerateOptions options;
    options.tokens = tokens;
    options.visibleVocabulary = runOptions(context).visibleVocabulary;
    std::vector<std::string> texts;
    for (const std::vector<int>& said : generate(*context.model.model, edits, ids, options, reporter))
        texts.push_back(decoded(*context.model.tokenizer, said));
    return texts;
}

Result runPrompts(const PromptsParams& params, const ExperimentContext& context, Reporter& reporter)
{
    if (params.prompts.empty())
        throw Failure(ErrorCode::EmptyPrompt, "There is no prompt.", "Give one or several prompts.");
    std::vector<Prompt> prompts;
    for (const std::string& text : params.prompts) {
        prompts.push_back(readPrompt({text, params.prefix}, context.model));
        checkPromptLength(prompts.back().size() + params.tokens, *context.model.model);
    }
    const Asking asking(params, prompts, context);
    const Json before = asking.rows({}, reporter);
    const Json after = context.edits.empty() ? before : asking.rows(context.edits, reporter);

    Result result;
    result.title = std::to_string(prompts.size()) + (prompts.size() == 1 ? " prompt" : " prompts");
    Json rows = Json::array();
    for (std::size_t i = 0; i < prompts.size(); ++i)
        rows.push_back({{"prompt", params.prompts[i]}, {"before", before[i]}, {"after", after[i]}});
    if (params.tokens > 0) {
        const auto told = [&](const Edits& edits) {
            return continuations(prompts, edits, params.tokens, context, reporter);
        };
        const std::vector<std::string> base = told({});
        const std::vector<std::string> edited = context.edits.empty() ? base : told(context.edits);
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            rows[i]["before"]["continuation"] = base[i];
            rows[i]["after"]["continuation"] = edited[i];
        }
    }
    result.head = {{"rows", rows}};
    return result;
}

}  // namespace

Experiment promptsExperiment()
{
    return describe<PromptsParams>("prompts", "Prompts before and after",
                                   "What the model says behind many prompts, without and with the edits that are on.")
        .param("prompts", &PromptsParams::prompts, "Prompts", "Whole prompts.", {.required = true})
        .param("old", &PromptsParams::oldObject, "Old object", "The answer that the edit replaces.")
        .param("new", &PromptsParams::newObject, "New object", "The answer that the edit gives.")
        .choice("prefix", &PromptsParams::prefix, prefixWords(), "Prefix", "What is put before each prompt.")
        .param("tokens", &PromptsParams::tokens, "Tokens", "How far the model goes on with each prompt; 0: not at all.",
               {.minimum = 0, .maximum = 1000, .ifUnset = "none"})
        .run(runPrompts);
}

}  // namespace mnemo
