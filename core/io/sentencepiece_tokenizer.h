// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/tokenizer.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace mnemo {

/// A SentencePiece model (`tokenizer.model`), through Google's library. A piece's "▁" is shown as the space it stands
/// for, also where the model itself puts it before the text.
class SentencePieceTokenizer : public Tokenizer
{
public:
    /// @throws Failure NotFound, Unreadable, Damaged
    explicit SentencePieceTokenizer(const std::filesystem::path& file);
    ~SentencePieceTokenizer() override;

    std::vector<Token> encode(std::string_view utf8) const override;
    Token token(int id) const override;
    int size() const override;
    int eosId() const override;
    std::string kind() const override { return "sentencepiece"; }

private:
    std::unique_ptr<sentencepiece::SentencePieceProcessor> m_model;
};

}  // namespace mnemo
