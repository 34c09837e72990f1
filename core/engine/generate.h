// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/reporter.h"
#include "core/engine/edits.h"
#include "core/engine/language_model.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace mnemo {

struct GenerateOptions {
    int tokens = 20;            ///< new tokens per prompt
    int topK = 1;               ///< 1: the most probable; else drawn among the k most probable by their probability
    std::uint64_t seed = 1;     ///< of the draws; each prompt has its own stream, so a batch changes nothing
    int visibleVocabulary = 0;  ///< rows that may be chosen; 0 = all
    /// Called after each new token of prompt `index`.
    std::function<void(std::size_t index, int token)> sink;
};

/// Goes on with each prompt. Prompts of one length pass together; each layer keeps what it needs of earlier tokens
/// (convolution inputs and SSM state, or keys and values), so a step costs one token. Any prompt order in, same out.
/// @return the new tokens of each prompt
/// @throws Failure EmptyPrompt, PromptTooLong, TargetNotInVocabulary; Cancelled
std::vector<std::vector<int>> generate(const LanguageModel& model, const Edits& edits,
                                       const std::vector<std::vector<int>>& prompts, const GenerateOptions& options,
                                       Reporter& reporter);

}  // namespace mnemo
