// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/fact_choice.h"

#include <functional>

namespace mnemo {

/// One fact by hand, or many by choice: for experiments whose answer is curves and averages of curves.
struct FactListParams : FactChoiceParams {
    std::string prompt;
    std::string subject;
    std::string swap;
    std::string target;
};

template <class Params>
void describeFactList(Description<Params>& description)
{
    description
        .param("prompt", &FactListParams::prompt, "Prompt",
               "One fact instead of many: its prompt; {} marks the subject.")
        .param("subject", &FactListParams::subject, "Subject", "One fact: the words it is about.")
        .param("swap", &FactListParams::swap, "Swap", "One fact: another subject, which the corrupted run reads.")
        .param("target", &FactListParams::target, "Target", "One fact: the answer that is scored.",
               {.ifUnset = "the clean run's choice"});
    describeFactChoice(description);
}

/// The one fact when there is a prompt, with all checks of a trace; else those that chooseFacts chooses.
/// @param needsSwap experiments with a corrupted run
/// @throws Failure as prepareFact and chooseFacts
FactSelection factsOf(const FactListParams& params, const ExperimentContext& context, bool needsSwap,
                      Reporter& reporter);

/// Takes the facts in groups whose runs share a plan, with progress and a snapshot behind each, and one when stopped
/// after the first.
/// @param take called with the place of a group's first fact and of the one behind its last
/// @return the last snapshot
Result inGroups(std::size_t facts, Reporter& reporter, const std::function<void(std::size_t, std::size_t)>& take,
                const std::function<Result()>& snapshot);

}  // namespace mnemo
