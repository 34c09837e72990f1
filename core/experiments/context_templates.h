// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/reporter.h"
#include "core/experiments/experiment.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mnemo {

/// Templates that a prompt stands in while ROME looks at it: "{}" first, then `perLength` texts of 5 and of 10 new
/// tokens that the model makes up behind an end-of-text token, drawn among the 5 most probable ("text. {}").
/// METHODS.md §4.2. The same seed gives the same templates; those of a model as it is are kept in the cache folder.
/// @throws Cancelled
std::vector<std::string> contextTemplates(const ExperimentContext& context, std::uint64_t seed, int perLength,
                                          Reporter& reporter);

/// What a template needs of a made-up text: no braces, no blank line, no end-of-text.
std::string cleanedContext(const std::string& text, const std::string& endOfText);

}  // namespace mnemo
