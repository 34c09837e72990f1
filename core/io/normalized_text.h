// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// Half-open range of positions.
struct Range {
    int begin = 0;
    int end = 0;

    bool operator==(const Range&) const = default;
};

/// Code points after normalisation, each with the code points of the original text it comes from.
struct NormalizedText {
    std::u32string points;
    std::vector<Range> origins;

    NormalizedText part(Range range) const;
};

/// The text as it is. @param first position of its first code point in the original text
NormalizedText unchangedText(std::u32string_view text, int first);

/// Composed form (NFC, ICU's Unicode version). A composed character has the range of its first part, as in the
/// `tokenizers` library.
NormalizedText composedText(std::u32string_view text, int first);

/// GPT-2's words, in order and without gaps:
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
std::vector<Range> splitWords(std::u32string_view text);

}  // namespace mnemo
