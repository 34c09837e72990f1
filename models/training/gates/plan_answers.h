// SPDX-License-Identifier: GPL-3.0-or-later
// Questions to many prompts in one plan. On the thread that runs the plan.
#pragma once
#include "core/engine/loaded_model.h"
#include "core/engine/run_plan.h"

#include <string>
#include <vector>

namespace mnemo {

/// First token of an answer as it follows a prompt.
int firstToken(const Tokenizer& tokenizer, const std::string& answer);

/// Asks for the most probable token, or for p and logit of some, at a run's last token.
int askTop(Plan& plan, RunId run);
int askTokens(Plan& plan, RunId run, std::vector<int> tokens);

/// A patch that takes over what another run of the same length has at these positions.
Patch copyOf(SiteKind kind, int layer, const std::vector<int>& positions, RunId from);

/// All readouts of a plan, no edits; padding rows are not among the most probable.
class Answers
{
public:
    Answers(const LoadedModel& model, const Plan& plan, Reporter& reporter);

    int top(int readout) const;
    double p(int readout) const;                ///< of the readout's first token
    double logitDifference(int readout) const;  ///< first token − second token

private:
    std::vector<ReadoutValue> m_values;
};

}  // namespace mnemo
