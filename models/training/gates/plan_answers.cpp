// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/gates/plan_answers.h"

#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

int lastOf(const Plan& plan, RunId run)
{
    return int(plan.tokensOf(run).size()) - 1;
}

}  // namespace

int firstToken(const Tokenizer& tokenizer, const std::string& answer)
{
    return answerTokens(tokenizer, answer).front().id;
}

int askTop(Plan& plan, RunId run)
{
    Readout readout;
    readout.run = run;
    readout.position = lastOf(plan, run);
    readout.topK = 1;
    return plan.read(std::move(readout));
}

int askTokens(Plan& plan, RunId run, std::vector<int> tokens)
{
    Readout readout;
    readout.run = run;
    readout.position = lastOf(plan, run);
    readout.tokens = std::move(tokens);
    return plan.read(std::move(readout));
}

Patch copyOf(SiteKind kind, int layer, const std::vector<int>& positions, RunId from)
{
    return {{kind, layer, {}}, positions, CopyFrom{from, positions}};
}

Answers::Answers(const LoadedModel& model, const Plan& plan, Reporter& reporter)
{
    if (plan.readouts.empty())
        return;
    RunOptions options;
    options.visibleVocabulary = std::min(model.tokenizer->size(), model.model->info().vocabRows);
    m_values = runPlan(*model.model, {}, plan, reporter, options).values;
}

int Answers::top(int readout) const
{
    return m_values[std::size_t(readout)].top.front().token;
}

double Answers::p(int readout) const
{
    return std::exp(m_values[std::size_t(readout)].tokens.front().logp);
}

double Answers::logitDifference(int readout) const
{
    const std::vector<TokenScore>& tokens = m_values[std::size_t(readout)].tokens;
    return tokens[0].logit - tokens[1].logit;
}

}  // namespace mnemo
