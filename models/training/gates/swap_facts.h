// SPDX-License-Identifier: GPL-3.0-or-later
// Facts with another subject to swap in, for causal tracing (METHODS.md §2.1). On the thread that runs the plan.
#pragma once
#include "core/data/reporter.h"
#include "core/experiments/fact.h"
#include "core/io/fact_set.h"
#include "models/training/gates/plan_answers.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mnemo {

/// Below this p − p* a fact says too little about what comes back.
inline constexpr double leastSwapEffect = 0.3;

/// A fact in a trained template. The swap is another subject of the relation with another object; both prompts have the
/// same length and their subjects stand at the same tokens.
struct SwapFact {
    std::string subject;
    std::string swap;
    std::string promptTemplate;  ///< with {}
    FilledPrompt clean;
    FilledPrompt corrupt;
    int target = 0;       ///< the object's first token
    double p = 0;         ///< p(target) of the clean run
    double pCorrupt = 0;  ///< of the corrupted run
};

enum class SwapKind { AnySubject, SharedLastToken };

struct SwapDraw {
    std::vector<SwapFact> facts;  ///< all with p − p* > leastSwapEffect
    int withoutPartner = 0;       ///< drawn and left out: no subject fits
    int weak = 0;                 ///< drawn and left out: p − p* is too small
};

/// Seeded facts, one relation after the other in turn so that all have the same share while they last. Many-word
/// subjects that their first or last word gives away are left out.
/// @param count how many are wanted; fewer come back when there are no more
SwapDraw drawSwaps(const LoadedModel& model, const std::vector<Relation>& relations, SwapKind kind, int count,
                   std::uint64_t seed, Reporter& reporter);

}  // namespace mnemo
