// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/plan.h"
#include "core/engine/language_model.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace mnemo {

/// What follows from a plan alone about one of its runs.
struct RunLayout {
    int length = 0;       ///< tokens
    int first = 0;        ///< first token that can differ from the parent's
    int stage = 0;        ///< residual at which it joins the wave: 0 = embedding, ℓ + 1 = after block ℓ
    int level = 0;        ///< above every run it descends from, copies from or is rerouted by
    int entryLayer = -1;  ///< block in whose tail its first patches are; it joins behind it. −1: they are elsewhere
    std::vector<int> entryTokens;       ///< with an entry layer: the tokens that are patched there, ascending
    bool joins = false;                 ///< false: a copy of its parent, without rows of its own
    std::vector<const Patch*> patches;  ///< in the order of application: the parent's, then its own
    std::size_t ownFrom = 0;            ///< index of the first own patch
    std::vector<RunId> needs;           ///< runs that must be in the same batch
};

/// The residual at which a run must have joined to have rows where a site is tapped: 0 = embedding, ℓ + 1 = after
/// block ℓ.
int stageOf(const Site& site, int layers);

/// The run that a patch names, or −1.
RunId sourceOf(const Patch& patch);

/// The value that a patch puts in a state's place or adds to it, or null.
const HostTensor* valueOf(const Patch& patch);

/// One per run of the plan.
std::vector<RunLayout> layOut(const LanguageModel& model, const Plan& plan);

/// Refuses, before anything runs, what cannot be run on this model.
/// @throws Failure UnknownSite, SiteNotReached, PromptTooLong, TargetNotInVocabulary, Usage, EmptyPrompt
void checkPlan(const LanguageModel& model, const Plan& plan);

}  // namespace mnemo
