// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/prompt.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace mnemo {

/// Text to token ids and back. Immutable after loading, every function may be called from any thread.
class Tokenizer
{
public:
    virtual ~Tokenizer() = default;

    /// Tokens of the text with offsets in code points (leading spaces trimmed off), no prefix, nothing added.
    virtual std::vector<Token> encode(std::string_view utf8) const = 0;

    /// One id as a Token with begin = end = 0. @throws Failure TargetNotInVocabulary outside [0, size())
    virtual Token token(int id) const = 0;

    /// Number of ids with a meaning; a model may have more rows (padding, hidden from top-k).
    virtual int size() const = 0;

    virtual int eosId() const = 0;

    /// "gpt-neox-bpe" or "sentencepiece", for the model card.
    virtual std::string kind() const = 0;
};

/// Reads `tokenizer.json` (byte-level BPE) or, where that is absent, `tokenizer.model` (SentencePiece).
/// @throws Failure NotFound, Damaged, UnsupportedModel
std::unique_ptr<Tokenizer> loadTokenizer(const std::filesystem::path& folder);

/// The prompt exactly as the model receives it.
Prompt makePrompt(const Tokenizer& tokenizer, std::string_view text, Prefix prefix);

/// The text of ids, broken bytes as U+FFFD.
std::string decoded(const Tokenizer& tokenizer, const std::vector<int>& ids);

/// Tokens of an answer; a leading space is added where it is missing. @throws Failure TargetNotInVocabulary when empty
std::vector<Token> answerTokens(const Tokenizer& tokenizer, std::string_view answer);

}  // namespace mnemo
