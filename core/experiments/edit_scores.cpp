// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/edit_scores.h"

#include <algorithm>
#include <cmath>

#include "core/data/error.h"
#include "core/experiments/fact.h"
#include "core/experiments/fact_records.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/prompt_params.h"
#include "core/experiments/texts.h"

namespace mnemo {
namespace {

constexpr std::size_t essenceTokens = 100;  // of a text about the subject

Json promptJson(const PromptScore& score)
{
    return {score.edited.nll, score.edited.said, score.truth.nll, score.truth.said};
}

PromptScore promptFrom(const Json& json)
{
    return {{json.at(0).get<double>(), json.at(1).get<bool>()}, {json.at(2).get<double>(), json.at(3).get<bool>()}};
}

template <class Value>
void putOptional(Json& json, const char* key, const std::optional<Value>& value)
{
    if (value)
        json[key] = *value;
}

std::optional<double> optionalFrom(const Json& json, const char* key)
{
    return json.contains(key) ? std::optional(json[key].get<double>()) : std::nullopt;
}

}  // namespace

double ObjectScore::p() const
{
    return std::exp(-nll);
}

Json CaseAnswers::toJson() const
{
    Json json{{"top", top}, {"rewrite", promptJson(rewrite)}};
    const auto list = [&](const char* key, const std::vector<PromptScore>& scores) {
        json[key] = Json::array();
        for (const PromptScore& score : scores)
            json[key].push_back(promptJson(score));
    };
    list("paraphrases", paraphrases);
    list("neighbours", neighbours);
    json["others"] = Json::array();
    for (const OtherAnswer& other : others)
        json["others"].push_back({other.top, other.p});
    putOptional(json, "fluency", fluency);
    putOptional(json, "consistency", consistency);
    putOptional(json, "perplexity", perplexity);
    return json;
}

CaseAnswers CaseAnswers::fromJson(const Json& json)
try {
    CaseAnswers answers;
    answers.top = json.at("top").get<int>();
    answers.rewrite = promptFrom(json.at("rewrite"));
    for (const Json& score : json.at("paraphrases"))
        answers.paraphrases.push_back(promptFrom(score));
    for (const Json& score : json.at("neighbours"))
        answers.neighbours.push_back(promptFrom(score));
    for (const Json& other : json.at("others"))
        answers.others.push_back({other.at(0).get<int>(), other.at(1).get<double>()});
    answers.fluency = optionalFrom(json, "fluency");
    answers.consistency = optionalFrom(json, "consistency");
    answers.perplexity = optionalFrom(json, "perplexity");
    return answers;
} catch (const Json::exception&) {
    throw notARecord("a case's answers");
}

CaseQuestions::CaseQuestions(const EditCase& edited, const std::vector<std::string>& about, Prefix prefix,
                             const ExperimentContext& context)
    : m_case(edited), m_prefix(prefix), m_context(context)
{
    m_rewrite = addPrompt(fillPrompt(edited.prompt, edited.subject, prefix, *context.model.tokenizer).prompt.text);
    for (const std::string& prompt : edited.paraphrases)
        m_paraphrases.push_back(addPrompt(prompt));
    for (const std::string& prompt : edited.neighbours)
        m_neighbours.push_back(addPrompt(prompt));
    for (const std::string& prompt : edited.otherRelations)
        addOther(prompt);
    for (const std::string& text : about)
        std::ranges::copy(m_asked.addText(firstTokens(context, text, essenceTokens)), std::back_inserter(m_about));
}

CaseQuestions::AskedPrompt CaseQuestions::addPrompt(const std::string& prompt)
{
    const auto ask = [&](const std::string& object) {
        return m_asked.addObject(scoredText(prompt, object, m_prefix, m_context));
    };
    const AskedObject edited = ask(m_case.targetNew);
    return {edited, ask(m_case.targetTrue)};
}

void CaseQuestions::addOther(const std::string& prompt)
{
    const std::vector<int> ids = makePrompt(*m_context.model.tokenizer, prompt, m_prefix).ids();
    if (ids.empty())
        throw Failure(ErrorCode::EmptyPrompt, "A sentence about another relation is empty.", "Write the sentence.");
    checkPromptLength(int(ids.size()), *m_context.model.model);
    m_others.push_back(m_asked.addNext(ids));
}

CaseAnswers CaseQuestions::ask(const Edits& edits, const CaseAnswers* before, Reporter& reporter) const
{
    Plan plan = m_asked.plan();
    for (std::size_t i = 0; before && i < m_others.size(); ++i)
        plan.readouts[std::size_t(m_others[i])].tokens = {before->others[i].top};
    const std::vector<ReadoutValue> values =
        runPlan(*m_context.model.model, edits, plan, reporter, runOptions(m_context)).values;
    const auto objectScore = [&](const AskedObject& asked) {
        ObjectScore score{0, true};
        for (int i = asked.readout; i < asked.readout + asked.tokens; ++i) {
            const TokenScore& token = values[std::size_t(i)].tokens.front();
            score.nll -= token.logp / asked.tokens;
            score.said = score.said && token.rank == 0;
        }
        return score;
    };
    const auto promptScore = [&](const AskedPrompt& asked) {
        return PromptScore{objectScore(asked.edited), objectScore(asked.truth)};
    };
    CaseAnswers answers;
    answers.top = values[std::size_t(m_rewrite.edited.readout)].top.front().token;
    answers.rewrite = promptScore(m_rewrite);
    std::ranges::transform(m_paraphrases, std::back_inserter(answers.paraphrases), promptScore);
    std::ranges::transform(m_neighbours, std::back_inserter(answers.neighbours), promptScore);
    for (const int readout : m_others) {
        const ReadoutValue& value = values[std::size_t(readout)];
        const TokenScore& kept = before ? value.tokens.front() : value.top.front();
        answers.others.push_back({value.top.front().token, std::exp(kept.logp)});
    }
    double nll = 0;
    for (const int readout : m_about)
        nll -= values[std::size_t(readout)].tokens.front().logp / double(m_about.size());
    if (!m_about.empty())
        answers.perplexity = std::exp(nll);
    return answers;
}

}  // namespace mnemo
