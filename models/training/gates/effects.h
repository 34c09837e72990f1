// SPDX-License-Identifier: GPL-3.0-or-later
// Average indirect effects of restored states (METHODS.md §2.2, §2.6, Eq. 7). On the thread that runs the plan.
#pragma once
#include "models/training/gates/gate.h"
#include "models/training/gates/swap_facts.h"

#include <string>
#include <vector>

namespace mnemo {

/// Tokens of a prompt by what they are to the fact.
enum class Where { SubjectLast, SubjectButLast, PromptLast };

/// None for SubjectButLast of a subject of one token.
std::vector<int> positionsOf(const SwapFact& fact, Where where);

/// A state of the clean run that is put into the corrupted run, at every layer of the model in turn.
struct Restoration {
    std::string name;
    Where where = Where::SubjectLast;
    SiteKind site = SiteKind::H;
    int window = 1;  ///< layers that are replaced together
};

/// Mean of Eq. 7 over the facts that have such tokens, per layer; all restorations in one plan.
std::vector<Curve> averageEffects(const LoadedModel& model, const std::vector<SwapFact>& facts,
                                  const std::vector<Restoration>& restorations, Reporter& reporter);

/// Mean of Eq. 7 with h of the clean run at the subject's last token behind layer 0, and the same while o of the
/// corrupted run is held at that token in all layers above (METHODS.md §3: path-specific effect).
struct SeveredEffect {
    double none = notMeasured;
    double o = notMeasured;
};
SeveredEffect severedEffect(const LoadedModel& model, const std::vector<SwapFact>& facts, Reporter& reporter);

}  // namespace mnemo
