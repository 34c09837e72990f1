// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/added_tokens.h"
#include "core/io/bpe_merges.h"
#include "core/io/normalized_text.h"
#include "core/io/strict_json.h"
#include "core/io/tokenizer.h"

namespace mnemo {

/// The byte-level BPE of GPT-2 and GPT-NeoX, from Hugging Face's tokenizer.json: added tokens, NFC, GPT-2's split into
/// words, merges by rank (METHODS.md §1.4). Ids and offsets are those of the `tokenizers` library.
class ByteLevelBpe : public Tokenizer
{
public:
    /// @throws Failure NotFound, Unreadable, Damaged; UnsupportedModel naming a part this program does not implement
    explicit ByteLevelBpe(const std::filesystem::path& file);

    std::vector<Token> encode(std::string_view utf8) const override;
    Token token(int id) const override;
    int size() const override { return int(m_bytes.size()); }
    int eosId() const override { return m_eosId; }
    std::string kind() const override { return "gpt-neox-bpe"; }

private:
    void readVocabulary(const SortedJson& model, const std::string& file);
    void readAddedTokens(const SortedJson& json, const std::string& file);
    void encodeWords(const NormalizedText& text, std::vector<Token>& tokens) const;
    void encodeWord(const NormalizedText& text, Range word, std::vector<Token>& tokens) const;

    bool m_nfc = false;
    BpeMerges m_merges;
    std::vector<std::string> m_bytes;  ///< by id; what the token stands for
    AddedTokens m_rawAdded;            ///< looked for in the text as it is
    AddedTokens m_normalizedAdded;     ///< looked for in the normalised text
    int m_eosId = 0;
};

}  // namespace mnemo
