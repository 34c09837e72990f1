// SPDX-License-Identifier: GPL-3.0-or-later
// Cutting what tokens give to others (METHODS.md §6.2, §6.3).
#pragma once
#include "core/data/plan.h"
#include "core/experiments/mean_states.h"
#include "core/experiments/trace_plan.h"

#include <string>
#include <vector>

namespace mnemo {

/// Tokens whose information is cut.
struct TokenSet {
    std::string name;
    std::vector<int> tokens;  ///< ascending; empty: the prompt has none
};

/// "subject", "subject, last", "not the subject" (all others but the prompt's last token, prefix included),
/// "prompt, last".
std::vector<TokenSet> knockoutSets(TokenSpan subject, int promptTokens);

/// Mamba: in these layers a := its mean at the tokens, so that only other tokens' a carry something.
/// @param clean run whose a the other tokens behind the first one keep, but for the prompt's last (the authors' way);
///        without, they follow from what they then see (the paper's formula)
std::vector<Patch> ablate(const std::vector<int>& tokens, LayerRange layers, const LayerMeans& means, int promptTokens,
                          std::optional<RunId> clean);

/// Mamba, for teaching: in these layers the tokens write nothing into the SSM's state, while their own s stays the
/// clean run's. Their a still reaches the next tokens through the convolution, which is why the paper rejects this cut
/// (§6.1).
/// @param stateSize entries of a layer's state, E·N
std::vector<Patch> silence(const std::vector<int>& tokens, LayerRange layers, int stateSize, RunId clean);

enum class Queries { PromptLast, Later };

/// GPT-NeoX: in these layers attention to the tokens := 0, of the prompt's last token or of every later one. A token
/// always sees itself, so no row of attention is empty.
std::vector<Patch> maskAttention(const std::vector<int>& tokens, LayerRange layers, int promptTokens, Queries queries);

}  // namespace mnemo
