// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: T tokens of the run, V vocabulary, W entries of a site per token.
#pragma once
#include "core/data/plan.h"
#include "tests/support/tiny_models.h"

#include <ATen/core/Tensor.h>
#include <map>
#include <vector>

namespace mnemo::test {

/// Everything one run computes: logits of every token, and the state at every site it passes.
struct ReferenceRun {
    at::Tensor logits_TV;
    std::map<Site, at::Tensor> states_TW;
};

/// One run of a plan through the whole network in double: plain LibTorch operations written straight from METHODS.md
/// §1, §6.1 and §7, one token list, one loop over tokens. Shares no code with the engine; runs it copies from are
/// evaluated the same way. Slow on purpose.
/// @param model its matrices hold the edits
/// @param unedited the weights of runs that leave edits out
ReferenceRun referenceRun(const TinyModel& model, const Plan& plan, RunId run, const TinyModel& unedited);
ReferenceRun referenceRun(const TinyModel& model, const Plan& plan, RunId run);  ///< the same weights for all runs
std::vector<ReferenceRun> referenceRuns(const TinyModel& model, const Plan& plan, const TinyModel& unedited);
std::vector<ReferenceRun> referenceRuns(const TinyModel& model, const Plan& plan);  ///< every run of the plan

}  // namespace mnemo::test
