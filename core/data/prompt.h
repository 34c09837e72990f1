// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// One token exactly as the model receives it.
struct Token {
    int id = 0;
    std::string text;   ///< for display: valid UTF-8, a leading space kept, broken bytes as U+FFFD
    std::string bytes;  ///< the bytes this token stands for (may be a part of a character)
    int begin = 0;      ///< code points of the original text, half-open, leading spaces trimmed off
    int end = 0;

    bool operator==(const Token&) const = default;
};

/// Half-open range of token positions.
struct TokenSpan {
    int first = 0;
    int end = 0;

    int size() const { return end - first; }
    bool contains(int pos) const { return pos >= first && pos < end; }
    bool operator==(const TokenSpan&) const = default;
};

/// What is put before the text (METHODS.md §0.1). The prefix tokens are columns like any others.
enum class Prefix { None, Eos, EosSpace };
std::string_view prefixName(Prefix prefix);    ///< "none", "eos", "eos-space"
Prefix prefixFromName(std::string_view name);  ///< @throws Failure Usage

/// A tokenised text. `text` excludes the prefix; offsets refer to it; prefix tokens have begin = end = 0.
struct Prompt {
    std::string text;
    std::vector<Token> tokens;
    int prefixTokens = 0;

    std::vector<int> ids() const;
    int size() const { return static_cast<int>(tokens.size()); }
};

/// Number of Unicode code points of valid UTF-8.
int codePoints(std::string_view utf8);

/// Token positions that overlap the characters [begin, end) (strict overlap, METHODS.md §1.4).
/// @throws Failure SubjectNotInPrompt when no token does
TokenSpan coveringTokens(const Prompt& prompt, int begin, int end);

/// Token positions of a subject: its last occurrence in the text (METHODS.md §1.4).
/// @throws Failure SubjectNotInPrompt naming the subject
TokenSpan subjectSpan(const Prompt& prompt, std::string_view subject);

}  // namespace mnemo
