// SPDX-License-Identifier: GPL-3.0-or-later
// What a model says of objects behind prompts, many in one plan.
#pragma once
#include "core/data/plan.h"
#include "core/data/prompt.h"
#include "core/experiments/experiment.h"

#include <map>
#include <string>
#include <vector>

namespace mnemo {

/// "PROMPT OBJECT" as one text.
struct ScoredText {
    std::vector<int> ids;
    int first = 0;  ///< the object's first token: the first one that reaches behind the prompt's characters
};

/// @throws Failure EmptyPrompt, TargetNotInVocabulary, PromptTooLong
ScoredText scoredText(const std::string& prompt, const std::string& object, Prefix prefix,
                      const ExperimentContext& context);

/// Readouts of an object's tokens in a plan, one behind the other.
struct AskedObject {
    int readout = 0;
    int tokens = 0;

    double logp(const std::vector<ReadoutValue>& values) const;  ///< of all its tokens
};

/// A plan of texts. Those of the same tokens are one run: objects of one token are asked of the prompt's own.
class AskedTexts
{
public:
    AskedObject addObject(const ScoredText& text);
    int addNext(const std::vector<int>& ids);  ///< @return the readout of the most probable token behind them

    /// The readouts, one per token but the first: of each, behind those in front of it. None for fewer than two.
    std::vector<int> addText(const std::vector<int>& ids);

    const Plan& plan() const { return m_plan; }

private:
    RunId runOf(const std::vector<int>& ids);

    /// Of the most probable token at a position, and of a wanted one.
    int read(RunId run, int position, std::vector<int> tokens);

    Plan m_plan;
    std::map<std::vector<int>, RunId> m_runs;
};

}  // namespace mnemo
