// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/byte_level_bpe.h"

#include "core/data/error.h"
#include "core/io/utf8.h"

#include <unicode/uchar.h>

#include <algorithm>

namespace mnemo {
namespace {

/// Number of white space at the front of a text, and at its back.
template <typename Iterator>
int spaces(Iterator begin, Iterator end)
{
    return int(std::find_if_not(begin, end, [](char32_t c) { return u_isUWhiteSpace(UChar32(c)) != 0; }) - begin);
}

/// Takes white space off a token's span, front first, as the `tokenizers` library does.
void trim(Token& token, int front, int back)
{
    token.begin = std::min(token.begin + front, token.end);
    if (back > 0 && token.end >= back)
        token.end = std::max(token.end - back, token.begin);
}

}  // namespace

std::vector<Token> ByteLevelBpe::encode(std::string_view utf8) const
{
    const std::u32string text = decodeUtf8(utf8);
    std::vector<Token> tokens;
    const auto addAdded = [&](int id, const NormalizedText& part) {
        Token added = token(id);
        added.begin = part.origins.front().begin;
        added.end = part.origins.back().end;
        trim(added, spaces(part.points.begin(), part.points.end()), spaces(part.points.rbegin(), part.points.rend()));
        tokens.push_back(std::move(added));
    };
    const std::u32string_view view = text;
    for (const AddedTokens::Piece& raw : m_rawAdded.cut(view)) {
        const auto part = view.substr(std::size_t(raw.range.begin), std::size_t(raw.range.end - raw.range.begin));
        if (raw.id) {
            addAdded(*raw.id, unchangedText(part, raw.range.begin));
            continue;
        }
        const NormalizedText normal =
            m_nfc ? composedText(part, raw.range.begin) : unchangedText(part, raw.range.begin);
        for (const AddedTokens::Piece& piece : m_normalizedAdded.cut(normal.points)) {
            if (piece.id)
                addAdded(*piece.id, normal.part(piece.range));
            else
                encodeWords(normal.part(piece.range), tokens);
        }
    }
    return tokens;
}

void ByteLevelBpe::encodeWords(const NormalizedText& text, std::vector<Token>& tokens) const
{
    for (const Range word : splitWords(text.points))
        encodeWord(text, word, tokens);
}

void ByteLevelBpe::encodeWord(const NormalizedText& text, Range word, std::vector<Token>& tokens) const
{
    std::string bytes;
    std::vector<int> pointOf;  // by byte
    for (int point = word.begin; point < word.end; ++point) {
        appendUtf8(bytes, text.points[std::size_t(point)]);
        pointOf.resize(bytes.size(), point);
    }
    std::size_t at = 0;
    for (const BpeMerges::Symbol& symbol : m_merges.merge(bytes)) {
        Token made = token(symbol.id);
        const std::size_t last = at + std::size_t(symbol.length) - 1;
        made.begin = text.origins[std::size_t(pointOf[at])].begin;
        made.end = text.origins[std::size_t(pointOf[last])].end;
        const std::string_view own = made.bytes;
        const auto front = std::min(own.find_first_not_of(' '), own.size());
        const auto back = own.size() - (own.find_last_not_of(' ') + 1);
        trim(made, int(front), int(back));
        tokens.push_back(std::move(made));
        at = last + 1;
    }
}

Token ByteLevelBpe::token(int id) const
{
    if (id < 0 || id >= size())
        throw Failure(
            ErrorCode::TargetNotInVocabulary,
            "The token " + std::to_string(id) + " is not one of the " + std::to_string(size()) + " of this tokenizer.",
            "Choose an id from 0 to " + std::to_string(size() - 1) + ".");
    const std::string& bytes = m_bytes[std::size_t(id)];
    return {.id = id, .text = repairUtf8(bytes), .bytes = bytes};
}

}  // namespace mnemo
