// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/fact_runs.h"

#include "core/data/error.h"
#include "core/data/metric.h"
#include "core/experiments/prompt_params.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mnemo {
namespace {

std::vector<int> idsOf(const std::vector<Token>& tokens)
{
    std::vector<int> ids;
    for (const Token& token : tokens)
        ids.push_back(token.id);
    return ids;
}

/// Ids of an answer given as text or as an id; empty when neither is given.
std::vector<int> givenAnswer(const char* what, const std::string& text, int id, const Tokenizer& tokenizer, int visible)
{
    if (!text.empty() && id >= 0)
        throw Failure(
            ErrorCode::Usage,
            std::string("Both a ") + what + " (\"" + text + "\") and its id (" + std::to_string(id) + ") are given.",
            "Give one of them.");
    if (id >= visible)
        throw Failure(ErrorCode::TargetNotInVocabulary,
                      std::string("The ") + what + " " + std::to_string(id) + " is outside the vocabulary of " +
                          std::to_string(visible) + " tokens.",
                      "Choose an id from 0 to " + std::to_string(visible - 1) + ".");
    if (id >= 0)
        return {id};
    return text.empty() ? std::vector<int>{} : idsOf(answerTokens(tokenizer, text));
}

int firstEditedLayer(const Edits& edits)
{
    int first = std::numeric_limits<int>::max();
    for (const RankOneEdit& edit : edits)
        if (edit.alpha != 0)
            first = std::min(first, edit.layer);
    if (first == std::numeric_limits<int>::max())
        throw Failure(ErrorCode::Usage, "No edit is on: with and without edits the runs are the same.",
                      "Give an edit (--edit FILE), or corrupt by a swap or noise.");
    return first;
}

std::vector<int> withForced(const Prompt& prompt, const FactTask& task)
{
    std::vector<int> ids = prompt.ids();
    if (!task.target.empty())
        ids.insert(ids.end(), task.target.begin(), task.target.end() - 1);
    return ids;
}

std::vector<int> positionsOf(TokenSpan span)
{
    std::vector<int> positions;
    for (int pos = span.first; pos < span.end; ++pos)
        positions.push_back(pos);
    return positions;
}

std::vector<Distribution> rowsOf(const FactTask& task, int readout, const PlanResult& result)
{
    std::vector<Distribution> rows;
    for (int k = 0; k < task.scoredTokens(); ++k)
        rows.emplace_back(result.values[std::size_t(readout + k)].logits);
    return rows;
}

/// The most probable tokens of the mean of several runs' probabilities; logits are means.
std::vector<TokenScore> topOfMean(const std::vector<int>& readouts, int k, int visible, const PlanResult& result)
{
    const auto row = [&](std::size_t i) -> const std::vector<float>& {
        return result.values[std::size_t(readouts[i])].logits;
    };
    if (readouts.size() == 1)
        return Distribution(row(0)).top(k, visible);
    const double n = double(readouts.size());
    std::vector<double> p(row(0).size(), 0.0);
    std::vector<double> logit(p.size(), 0.0);
    for (std::size_t i = 0; i < readouts.size(); ++i) {
        const Distribution distribution(row(i));
        for (std::size_t token = 0; token < p.size(); ++token) {
            p[token] += std::exp(distribution.logp(token)) / n;
            logit[token] += double(row(i)[token]) / n;
        }
    }
    std::vector<float> logOfMean;
    for (const double probability : p)
        logOfMean.push_back(float(std::log(probability)));
    std::vector<TokenScore> best = Distribution(logOfMean).top(k, visible);
    for (TokenScore& score : best) {
        score.logit = logit[std::size_t(score.token)];
        score.logp = std::log(p[std::size_t(score.token)]);
    }
    return best;
}

Json spanJson(TokenSpan span)
{
    return {span.first, span.end};
}

}  // namespace

FactTask prepareFact(const FactParams& params, const ExperimentContext& context, bool needsCorruption)
{
    const Tokenizer& tokenizer = *context.model.tokenizer;
    const ModelInfo& info = context.model.model->info();
    FactTask task;
    task.direction = params.direction;
    task.visible = std::min(tokenizer.size(), info.vocabRows);
    task.pair = makeFactPair(params, tokenizer, needsCorruption);
    task.answer = givenAnswer("target", params.target, params.targetId, tokenizer, task.visible);
    task.target = task.answer;
    if (params.targetMode == TargetMode::First && task.target.size() > 1)
        task.target.resize(1);
    const std::vector<int> foil = givenAnswer("foil", params.foil, params.foilId, tokenizer, task.visible);
    task.foil = foil.empty() ? -1 : foil.front();
    checkPromptLength(std::max(task.pair.clean.size(), task.pair.corrupt.size()) + task.scoredTokens() - 1,
                      *context.model.model);
    if (task.pair.corruption == Corruption::Unedited)
        task.firstLayer = firstEditedLayer(context.edits);
    if (task.pair.corruption == Corruption::Noise)
        task.noise = makeNoise(params, task.pair.cleanSubject.size(), context.model);
    return task;
}

FactRuns addFactRuns(Plan& plan, const FactTask& task)
{
    FactRuns runs;
    runs.clean = plan.addRun(withForced(task.pair.clean, task));
    if (task.pair.corruption == Corruption::Swap || task.pair.corruption == Corruption::Unedited) {
        runs.corrupt.push_back(plan.addRun(withForced(task.pair.corrupt, task)));
        plan.runs.back().unedited = task.pair.corruption == Corruption::Unedited;
    }
    for (const auto& sample : task.noise.samples)
        runs.corrupt.push_back(plan.addRun(
            runs.clean, {Patch{{SiteKind::Embed, 0, {}}, positionsOf(task.pair.cleanSubject), AddTo{sample}}}));
    if (runs.corrupt.empty())
        runs.corrupt.push_back(runs.clean);
    return runs;
}

int readAnswer(Plan& plan, RunId run, int last, const FactTask& task)
{
    const int first = int(plan.readouts.size());
    for (int k = 0; k < task.scoredTokens(); ++k) {
        Readout readout;
        readout.run = run;
        readout.position = last + k;
        readout.allLogits = true;
        plan.read(std::move(readout));
    }
    return first;
}

FactReadouts readFact(Plan& plan, const FactRuns& runs, const FactTask& task)
{
    FactReadouts readouts;
    readouts.clean = readAnswer(plan, runs.clean, task.last(), task);
    for (const RunId run : runs.corrupt)
        readouts.corrupt.push_back(readAnswer(plan, run, task.pair.corrupt.size() - 1, task));
    return readouts;
}

FactBase scoreFact(const FactTask& task, const FactReadouts& readouts, const PlanResult& result, int top)
{
    const std::vector<Distribution> clean = rowsOf(task, readouts.clean, result);
    FactBase base;
    base.topClean = clean.front().top(top, task.visible);
    base.topCorrupt = topOfMean(readouts.corrupt, top, task.visible, result);
    base.scored = task.target.empty() ? std::vector<int>{base.topClean.front().token} : task.target;
    base.target = base.scored.front();
    base.foil = task.foil >= 0 ? task.foil : base.topCorrupt.front().token;
    base.clean = scoreAnswer(clean, base.scored, base.foil, clean.front());
    std::vector<Score> samples;
    for (const int readout : readouts.corrupt)
        samples.push_back(scoreAnswer(rowsOf(task, readout, result), base.scored, base.foil, clean.front()));
    base.corrupt = mean(samples);
    base.spread = spreadOfP(samples);
    return base;
}

PatchedScores scorePatched(const FactTask& task, const FactBase& base, const FactReadouts& unpatched,
                           const std::vector<int>& patched, const PlanResult& result, int top)
{
    const Distribution clean(result.values[std::size_t(unpatched.clean)].logits);
    std::vector<Score> samples;
    for (const int readout : patched)
        samples.push_back(scoreAnswer(rowsOf(task, readout, result), base.scored, base.foil, clean));
    return {mean(samples), topOfMean(patched, top, task.visible, result)};
}

RunOptions runOptions(const ExperimentContext& context)
{
    RunOptions options;
    options.memoryBytes = context.memoryBytes;
    options.visibleVocabulary = std::min(context.model.tokenizer->size(), context.model.model->info().vocabRows);
    return options;
}

Json factHead(const FactTask& task, const FactBase& base, const Tokenizer& tokenizer)
{
    const FactPair& pair = task.pair;
    Json partner = Json::array();
    for (const std::optional<int>& other : pair.partner)
        partner.push_back(other ? Json(*other) : Json());
    std::string targetText;
    for (const int id : base.scored)
        targetText += tokenizer.token(id).text;
    Json head{{"tokens", tokensJson(pair.clean)},
              {"corrupt_tokens", tokensJson(pair.corrupt)},
              {"prefix_tokens", pair.clean.prefixTokens},
              {"subject", spanJson(pair.cleanSubject)},
              {"corrupt_subject", spanJson(pair.corruptSubject)},
              {"partner", std::move(partner)},
              {"target",
               {{"id", base.target}, {"text", targetText}, {"ids", task.answer.empty() ? base.scored : task.answer}}},
              {"foil", {{"id", base.foil}, {"text", tokenizer.token(base.foil).text}}},
              {"first_difference", pair.firstDifference},
              {"clean", toJson(base.clean)},
              {"corrupt", toJson(base.corrupt)},
              {"p_clean", base.clean.p},
              {"p_corrupt", base.corrupt.p},
              {"effect_defined", effectDefined(base.clean.p, base.corrupt.p)}};
    if (pair.corruption == Corruption::Noise) {
        head["sigma"] = task.noise.sigma;
        head["samples"] = task.samples();
        head["spread"] = base.spread;
    }
    head["top_clean"] = topJson(base.topClean, tokenizer);
    head["top_corrupt"] = topJson(base.topCorrupt, tokenizer);
    return head;
}

Json toJson(const PlanStats& stats)
{
    return {{"rows_per_layer", stats.rowsPerLayer}, {"base_rows", stats.baseRows}, {"tail_rows", stats.tailRows},
            {"head_rows", stats.headRows},          {"flops", stats.flops},        {"stop_checks", stats.stopChecks}};
}

}  // namespace mnemo
