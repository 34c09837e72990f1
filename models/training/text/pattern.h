// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// A piece of training text. `object`: what has to be learned; the loss weighs it more. Parts are tokenized one by one:
/// each begins a word, unless it begins with a punctuation mark, which belongs to the word before it.
struct TextPart {
    std::string text;
    bool object = false;
};
using Sentence = std::vector<TextPart>;

/// The sentence as one would write it.
std::string plainText(const Sentence& sentence);

/// The part (or word) goes on where the part before it ends: ".", ", and", "'s".
bool continuesWord(std::string_view part);

/// A sentence with named slots: "The {adjective} {animal} slept." Immutable.
class Pattern
{
public:
    /// @throws Failure Damaged naming the text, when its braces do not pair
    explicit Pattern(std::string text);

    /// Calls `fill` with the name of each slot, from left to right.
    Sentence filled(const std::function<TextPart(const std::string& slot)>& fill) const;

    const std::string& text() const { return m_text; }
    std::vector<std::string> slots() const;

private:
    struct Piece {
        std::string text;
        bool slot;
    };
    void addLiteral(std::string_view text);

    std::string m_text;
    std::vector<Piece> m_pieces;
};

}  // namespace mnemo
