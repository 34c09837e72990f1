// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/prompt.h"
#include "core/engine/loaded_model.h"
#include "core/experiments/describe.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mnemo {

/// The parameters of experiments that read one prompt.
struct PromptParams {
    std::string prompt;
    Prefix prefix = Prefix::None;
};

template <class Params>
void describePrompt(Description<Params>& description)
{
    description.param("prompt", &PromptParams::prompt, "Prompt", "The text the model reads.")
        .choice("prefix", &PromptParams::prefix, prefixWords(), "Prefix", "What is put before the prompt.");
}

/// @throws Failure EmptyPrompt, PromptTooLong
Prompt readPrompt(const PromptParams& params, const LoadedModel& model);

/// A prompt given as token ids: nothing is added, offsets are 0. @throws Failure Usage, TargetNotInVocabulary,
/// PromptTooLong
Prompt promptOfIds(const std::vector<std::string>& ids, const LoadedModel& model);

/// @throws Failure PromptTooLong
void checkPromptLength(int tokens, const LanguageModel& model);

/// "3" or "3-5": first and last, not below 0 and not falling; absent when the text is something else.
std::optional<std::pair<int, int>> numberRange(std::string_view text);

}  // namespace mnemo
