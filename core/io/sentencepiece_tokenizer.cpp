// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/sentencepiece_tokenizer.h"

#include "core/data/error.h"
#include "core/io/mapped_file.h"
#include "core/io/utf8.h"

#include <sentencepiece_processor.h>

#include <algorithm>

namespace mnemo {
namespace {

constexpr std::string_view mark = "\u2581";  // SentencePiece's visible space

std::string withSpaces(std::string piece)
{
    for (std::size_t at = piece.find(mark); at != std::string::npos; at = piece.find(mark, at + 1))
        piece.replace(at, mark.size(), " ");
    return piece;
}

/// Code points before each byte, and after the last one.
std::vector<int> pointsBefore(const std::string& text)
{
    std::vector<int> points{0};
    for (std::size_t i = 1; i <= text.size(); ++i)
        points.push_back(points.back() + (i == text.size() || (text[i] & 0xC0) != 0x80 ? 1 : 0));
    return points;
}

}  // namespace

SentencePieceTokenizer::SentencePieceTokenizer(const std::filesystem::path& file)
    : m_model(std::make_unique<sentencepiece::SentencePieceProcessor>())
{
    const auto status = m_model->LoadFromSerializedProto(readTextFile(file));
    if (!status.ok() || m_model->GetPieceSize() <= 0)
        throw Failure(ErrorCode::Damaged, shown(file) + " is no SentencePiece model: " + repairUtf8(status.ToString()),
                      "Get tokenizer.model again from where the checkpoint came from.");
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

std::vector<Token> SentencePieceTokenizer::encode(std::string_view utf8) const
{
    const std::string text = repairUtf8(utf8);
    const std::vector<int> points = pointsBefore(text);
    const auto encoded = m_model->EncodeAsImmutableProto(text);
    std::vector<Token> tokens;
    for (const auto& piece : encoded.pieces()) {
        Token made = token(int(piece.id()));
        std::size_t begin = std::min<std::size_t>(piece.begin(), text.size());
        const std::size_t end = std::min<std::size_t>(piece.end(), text.size());
        while (begin < end && text[begin] == ' ')
            ++begin;
        made.begin = points[begin];
        made.end = points[end];
        tokens.push_back(std::move(made));
    }
    // Of a character cut into bytes only the last one has a place: the others are parts of the same character.
    for (std::size_t i = tokens.size(); i-- > 1;)
        if (tokens[i - 1].begin == tokens[i - 1].end && m_model->IsByte(tokens[i - 1].id) &&
            m_model->IsByte(tokens[i].id)) {
            tokens[i - 1].begin = tokens[i].begin;
            tokens[i - 1].end = tokens[i].end;
        }
    return tokens;
}

Token SentencePieceTokenizer::token(int id) const
{
    if (id < 0 || id >= size())
        throw Failure(
            ErrorCode::TargetNotInVocabulary,
            "The token " + std::to_string(id) + " is not one of the " + std::to_string(size()) + " of this tokenizer.",
            "Choose an id from 0 to " + std::to_string(size() - 1) + ".");
    const std::string& piece = m_model->IdToPiece(id);
    std::string bytes = withSpaces(piece);
    if (m_model->IsByte(id))  // "<0x0A>"
        bytes = std::string(1, char(std::stoi(piece.substr(3, 2), nullptr, 16)));
    return {.id = id, .text = repairUtf8(bytes), .bytes = bytes};
}

int SentencePieceTokenizer::size() const
{
    return m_model->GetPieceSize();
}

int SentencePieceTokenizer::eosId() const
{
    return std::max(m_model->eos_id(), 0);
}

}  // namespace mnemo
