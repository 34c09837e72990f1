// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/text/pattern.h"

#include "core/data/error.h"

namespace mnemo {

bool continuesWord(std::string_view part)
{
    return !part.empty() && std::string_view(".,:;!?'").find(part.front()) != std::string_view::npos;
}

std::string plainText(const Sentence& sentence)
{
    std::string text;
    for (const TextPart& part : sentence) {
        if (!text.empty() && !continuesWord(part.text))
            text += ' ';
        text += part.text;
    }
    return text;
}

Pattern::Pattern(std::string text) : m_text(std::move(text))
{
    const std::string_view all = m_text;
    std::size_t at = 0;
    for (std::size_t open = all.find('{'); open != std::string_view::npos; open = all.find('{', at)) {
        const std::size_t close = all.find('}', open);
        if (close == std::string_view::npos || close == open + 1)
            throw Failure(ErrorCode::Damaged, "The pattern \"" + m_text + "\" has a slot without name or end.",
                          "Write slots as {name}.");
        addLiteral(all.substr(at, open - at));
        m_pieces.push_back({std::string(all.substr(open + 1, close - open - 1)), true});
        at = close + 1;
    }
    addLiteral(all.substr(at));
}

void Pattern::addLiteral(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin != std::string_view::npos)
        m_pieces.push_back({std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1)), false});
}

Sentence Pattern::filled(const std::function<TextPart(const std::string& slot)>& fill) const
{
    Sentence sentence;
    for (const Piece& piece : m_pieces)
        sentence.push_back(piece.slot ? fill(piece.text) : TextPart{piece.text});
    return sentence;
}

std::vector<std::string> Pattern::slots() const
{
    std::vector<std::string> names;
    for (const Piece& piece : m_pieces)
        if (piece.slot)
            names.push_back(piece.text);
    return names;
}

}  // namespace mnemo
