// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/plan.h"
#include "core/data/prompt.h"
#include "core/data/result.h"
#include "core/engine/run_plan.h"

#include <vector>

namespace mnemo {

/// Adds one readout per position of a run; returns the first one's index.
int readStates(Plan& plan, RunId run, const Site& site, const std::vector<int>& positions);

/// 0, 1, … of so many tokens.
std::vector<int> allPositions(std::size_t tokens);

/// Entries of a site per token. @throws Failure UnknownSite
int widthOf(const LanguageModel& model, SiteKind site);

/// The states at one site as an array token × entry, named like the site; the mean over samples.
/// @param positions of the prompt, for the labels
/// @param first per sample: index of the first of positions.size() consecutive readouts
ArrayPtr stateArray(const Site& site, const Prompt& prompt, const std::vector<int>& positions,
                    const std::vector<int>& first, const PlanResult& result);

}  // namespace mnemo
