// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/plan.h"
#include "core/engine/language_model.h"

#include <random>

namespace mnemo::test {

/// A plan of prompts of several lengths and chains of patched runs: every kind of patch at every site of the model,
/// parents that join the wave later than their children, copies across lengths and positions.
Plan randomPlan(const LanguageModel& model, std::mt19937& random, int runs);

/// A random value for some positions of a site.
std::shared_ptr<const HostTensor> randomValue(std::mt19937& random, std::vector<std::int64_t> shape);

/// A random prompt.
std::vector<int> randomTokens(const LanguageModel& model, std::mt19937& random, int length);

}  // namespace mnemo::test
