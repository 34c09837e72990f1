// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/plan.h"
#include "core/engine/run_plan.h"
#include "core/experiments/experiment.h"
#include "core/experiments/fact.h"
#include "core/experiments/noise.h"
#include "core/experiments/score.h"

#include <vector>

namespace mnemo {

/// A fact pair with what is asked of it: everything known before the first run.
struct FactTask {
    FactPair pair;
    Noise noise;  ///< no samples unless the corruption is noise
    Direction direction = Direction::Restore;
    std::vector<int> answer;  ///< all tokens of a given target; empty: the clean run's most probable token
    std::vector<int> target;  ///< of these, the ones that are scored
    int foil = -1;            ///< −1: the corrupted run's most probable token
    int firstLayer = 0;       ///< no state of an earlier layer differs between the two runs: the first edited one
    int visible = 0;          ///< rows of the vocabulary with a meaning

    int samples() const { return noise.samples.empty() ? 1 : int(noise.samples.size()); }
    int scoredTokens() const { return target.empty() ? 1 : int(target.size()); }
    int last() const { return pair.clean.size() - 1; }  ///< the prompt's last clean position
    int lastOfBase() const { return (direction == Direction::Restore ? pair.corrupt : pair.clean).size() - 1; }
};

/// @throws Failure as makeFactPair and makeNoise; TargetNotInVocabulary, PromptTooLong
FactTask prepareFact(const FactParams& params, const ExperimentContext& context, bool needsCorruption);

/// The unpatched runs of a fact in a plan. The answer's tokens but the last are appended to both prompts.
struct FactRuns {
    RunId clean = 0;
    std::vector<RunId> corrupt;  ///< one per noise sample; the clean run itself when nothing is corrupted

    RunId base(const FactTask& task, int sample) const
    {
        return task.direction == Direction::Restore ? corrupt[std::size_t(sample)] : clean;
    }
};
FactRuns addFactRuns(Plan& plan, const FactTask& task);

/// Asks for all logits at the answer's positions. @param last position of the prompt's last token in that run
/// @return index of the first of task.scoredTokens() readouts
int readAnswer(Plan& plan, RunId run, int last, const FactTask& task);

/// What the unpatched runs say.
struct FactBase {
    int target = 0;  ///< first scored token, now known
    std::vector<int> scored;
    int foil = 0;
    Score clean;
    Score corrupt;      ///< mean over samples
    double spread = 0;  ///< of p over samples
    std::vector<TokenScore> topClean;
    std::vector<TokenScore> topCorrupt;
};

/// Readouts of all logits of a fact's unpatched runs: where they are in a plan.
struct FactReadouts {
    int clean = 0;
    std::vector<int> corrupt;
};
FactReadouts readFact(Plan& plan, const FactRuns& runs, const FactTask& task);

/// @param top how many of the most probable tokens are listed
FactBase scoreFact(const FactTask& task, const FactReadouts& readouts, const PlanResult& result, int top = 10);

/// Scores of one patched run per sample, from all-logits readouts made by readAnswer; and their best tokens.
struct PatchedScores {
    Score score;
    std::vector<TokenScore> top;
};
PatchedScores scorePatched(const FactTask& task, const FactBase& base, const FactReadouts& unpatched,
                           const std::vector<int>& patched, const PlanResult& result, int top = 10);

RunOptions runOptions(const ExperimentContext& context);

/// The head that trace and patch share (docs/json.md).
Json factHead(const FactTask& task, const FactBase& base, const Tokenizer& tokenizer);

Json toJson(const PlanStats& stats);

}  // namespace mnemo
