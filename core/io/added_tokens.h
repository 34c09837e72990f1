// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/normalized_text.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// Tokens that are taken out of a text before it is cut into words: `<|endoftext|>`, runs of spaces.
class AddedTokens
{
public:
    void add(std::u32string content, int id);

    /// A stretch of the text: an added token, or what lies between two of them.
    struct Piece {
        Range range;
        std::optional<int> id;
    };

    /// Cuts the text: the leftmost added token first, the longest of those that start there.
    std::vector<Piece> cut(std::u32string_view text) const;

private:
    const std::pair<std::u32string, int>* matchAt(std::u32string_view rest) const;

    /// By first code point, longest first.
    std::map<char32_t, std::vector<std::pair<std::u32string, int>>> m_tokens;
};

}  // namespace mnemo
