// SPDX-License-Identifier: GPL-3.0-or-later
// Clean and corrupted prompts as a model reads them, token by token beside each other.
#pragma once
#include "core/data/json.h"
#include "core/data/prompt.h"
#include "core/engine/loaded_model.h"
#include "core/io/contrast_pairs.h"

#include <compare>
#include <span>
#include <string>
#include <vector>

namespace mnemo {

struct TokenMark {
    std::string label;  ///< "n1"
    int token = 0;      ///< position

    auto operator<=>(const TokenMark&) const = default;
};

struct PromptPair {
    ContrastText text;
    Prompt clean, corrupt;         ///< of as many tokens
    std::vector<int> candidates;   ///< token ids, each once: the answer, the corrupted run's, the others
    std::vector<TokenMark> marks;  ///< in the order of the text

    std::vector<int> slots() const;  ///< token positions of the marks n1, n2, …

    int answer() const { return candidates[0]; }
    int corruptAnswer() const { return candidates[1]; }
    int tokens() const { return clean.size(); }
    int last() const { return tokens() - 1; }
    int firstDifference() const;  ///< position of the first token that differs
    PromptPair swapped() const;   ///< the corrupted prompt as the clean one
};

/// @throws Failure naming the pair by its place in the list, from 1: LengthMismatch, Usage when an answer is not one
/// token
///         or the tokens do not differ, PromptTooLong, TargetNotInVocabulary
std::vector<PromptPair> readPairs(const std::vector<ContrastText>& texts, Prefix prefix, const LoadedModel& model);

/// Indices of the pairs whose marks stand at the same tokens, of the layout that most have: what averages over
/// positions need.
std::vector<std::size_t> ofOneLayout(const std::vector<PromptPair>& pairs);

/// What stands at each position of pairs of one layout: a mark's label, the token where all have the same, or a few
/// tokens with strokes between them; "end" for the last one. Each once: where a word stands twice the position is told,
/// " and (5)". @param which indices of the pairs, at least one
std::vector<std::string> positionLabels(const std::vector<PromptPair>& pairs, std::span<const std::size_t> which);

/// The groups of the pairs, in the order they come; {""} when there is one without a name.
std::vector<std::string> groupsOf(const std::vector<PromptPair>& pairs);

}  // namespace mnemo
