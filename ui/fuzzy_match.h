// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <optional>
#include <vector>

namespace mnemo {

/// How well a few typed letters name a text.
struct FuzzyMatch {
    int score = 0;        ///< more is better; comparable between texts for the same letters
    std::vector<int> at;  ///< positions in the text, ascending
};

/// Words of the query may come in any order; each has to begin where a word of the text begins, and its letters follow
/// in order: next to each other, further on in the same word, or at the beginning of a later word. Capitals are the
/// same as small letters. An empty query matches everything with score 0.
std::optional<FuzzyMatch> fuzzyMatch(const QString& query, const QString& text);

}  // namespace mnemo
