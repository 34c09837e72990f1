// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/tokenizer.h"

#include "core/data/error.h"
#include "core/data/words.h"
#include "core/io/byte_level_bpe.h"
#include "core/io/sentencepiece_tokenizer.h"
#include "core/io/utf8.h"

#include <algorithm>

namespace mnemo {
namespace {

bool startsWithSpace(const std::vector<Token>& tokens)
{
    return !tokens.empty() && tokens.front().text.starts_with(' ');
}

Token eos(const Tokenizer& tokenizer)
{
    Token token = tokenizer.token(tokenizer.eosId());
    token.begin = token.end = 0;
    return token;
}

/// Tokens of " " + text with offsets of the text alone; tokens that hold nothing but that space are counted.
std::vector<Token> encodeAfterSpace(const Tokenizer& tokenizer, const std::string& text, int& spaceTokens)
{
    std::vector<Token> tokens = tokenizer.encode(text);
    if (startsWithSpace(tokens) && !text.starts_with(' '))
        return tokens;  // this tokenizer puts a space before every text by itself
    tokens = tokenizer.encode(" " + text);
    for (Token& token : tokens) {
        token.begin = std::max(token.begin - 1, 0);
        token.end = std::max(token.end - 1, 0);
    }
    spaceTokens = !tokens.empty() && tokens.front().bytes == " " ? 1 : 0;
    return tokens;
}

}  // namespace

std::unique_ptr<Tokenizer> loadTokenizer(const std::filesystem::path& folder)
{
    std::error_code none;
    if (std::filesystem::exists(folder / "tokenizer.json", none))
        return std::make_unique<ByteLevelBpe>(folder / "tokenizer.json");
    if (std::filesystem::exists(folder / "tokenizer.model", none))
        return std::make_unique<SentencePieceTokenizer>(folder / "tokenizer.model");
    throw Failure(ErrorCode::NotFound,
                  "The folder " + shown(folder) + " has neither tokenizer.json nor tokenizer.model.",
                  "Copy the tokenizer's file beside the weights.");
}

Prompt makePrompt(const Tokenizer& tokenizer, std::string_view text, Prefix prefix)
{
    Prompt prompt;
    prompt.text = repairUtf8(text);
    int spaceTokens = 0;
    prompt.tokens = prefix == Prefix::EosSpace ? encodeAfterSpace(tokenizer, prompt.text, spaceTokens)
                                               : tokenizer.encode(prompt.text);
    if (prefix == Prefix::None)
        return prompt;
    prompt.tokens.insert(prompt.tokens.begin(), eos(tokenizer));
    prompt.prefixTokens = 1 + spaceTokens;
    return prompt;
}

std::string decoded(const Tokenizer& tokenizer, const std::vector<int>& ids)
{
    std::string bytes;
    for (const int id : ids)
        bytes += tokenizer.token(id).bytes;
    return repairUtf8(bytes);
}

std::vector<Token> answerTokens(const Tokenizer& tokenizer, std::string_view answer)
{
    const std::string text = repairUtf8(answer);
    // Some tokenizers put a space before every text by themselves; another one would become a token of its own.
    std::vector<Token> tokens = tokenizer.encode(withoutLeadingSpaces(text));
    if (!startsWithSpace(tokens))
        tokens = tokenizer.encode(text.starts_with(' ') ? text : " " + text);
    if (text.empty() || tokens.empty())
        throw Failure(ErrorCode::TargetNotInVocabulary, "The answer \"" + text + "\" has no tokens.",
                      "Type the word that should follow the prompt.");
    return tokens;
}

}  // namespace mnemo
