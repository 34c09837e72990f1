// SPDX-License-Identifier: GPL-3.0-or-later
// Is a fact where the papers find it: early at the subject's last token, late at the prompt's last token? On the thread
// that runs the plan.
#pragma once
#include "models/training/gates/effects.h"

namespace mnemo {

/// Average indirect effects per layer; h one layer at a time.
struct TraceNumbers {
    SwapDraw swaps;   ///< any subject of the relation
    SwapDraw shared;  ///< swaps with the same last token
    Curve subjectLast;
    Curve promptLast;
    Curve subjectButLast;     ///< all subject tokens but the last, together; subjects of two tokens or more
    Curve sharedSubjectLast;  ///< over `shared`
    SeveredEffect severed;
};
TraceNumbers measureTrace(const LoadedModel& model, const std::vector<Relation>& relations, int count,
                          std::uint64_t seed, Reporter& reporter);

/// The early site and the late one, with the bounds for Mamba.
std::vector<Gate> traceGates(const TraceNumbers& numbers);

/// GPT-NeoX: attention and MLP outputs, windows of three layers.
struct SplitNumbers {
    Curve attnPromptLast;
    Curve attnSubjectLast;
    Curve mlpPromptLast;
    Curve mlpSubjectLast;
};
SplitNumbers measureSplit(const LoadedModel& model, const std::vector<SwapFact>& facts, Reporter& reporter);

/// Attention moves the fact at the prompt's last token, MLPs look it up at the subject's.
std::vector<Gate> splitGates(const SplitNumbers& numbers);

}  // namespace mnemo
