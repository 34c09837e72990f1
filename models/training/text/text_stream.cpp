// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/text/text_stream.h"

#include "core/data/error.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr std::size_t mostKnownWords = 50000;

}  // namespace

TextStream::TextStream(const TextSource& source, const Tokenizer& tokenizer, std::uint64_t seed)
    : m_source(source), m_tokenizer(tokenizer), m_random(seed)
{
}

TextBatch TextStream::batch(int rows, int length)
{
    if (rows <= 0 || length <= 0)
        throw Failure(ErrorCode::Usage,
                      "A batch of " + std::to_string(rows) + " × " + std::to_string(length) + " tokens is none.",
                      "Choose at least one row and one token.");
    TextBatch batch{rows, length, {}, {}};
    const std::size_t width = static_cast<std::size_t>(length) + 1;
    for (std::size_t end = width; end <= width * static_cast<std::size_t>(rows); end += width) {
        while (batch.ids.size() < end)
            for (const TextPart& part : m_source.next(m_random))
                append(part, batch);
        batch.ids.resize(end);
        batch.weights.resize(end);
    }
    return batch;
}

void TextStream::append(const TextPart& part, TextBatch& batch)
{
    const std::string_view text = part.text;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at)
            appendWord(text.substr(at, end - at), part.object ? 1.0F : 0.0F, batch);
        at = end + 1;
    }
}

void TextStream::appendWord(std::string_view word, float weight, TextBatch& batch)
{
    const auto known = m_known.find(word);
    const Ids made = known == m_known.end() ? encoded(word) : Ids{};
    const Ids& ids = known == m_known.end() ? made : known->second;
    batch.ids.insert(batch.ids.end(), ids.begin(), ids.end());
    batch.weights.insert(batch.weights.end(), ids.size(), weight);
    if (known == m_known.end() && m_known.size() < mostKnownWords)
        m_known.emplace(word, made);
}

TextStream::Ids TextStream::encoded(std::string_view word) const
{
    // A mark that belongs to the word before it is read behind a letter, which is then taken off.
    const std::string before = continuesWord(word) ? "a" : "";
    const std::size_t skipped = before.empty() ? 0 : m_tokenizer.encode(before).size();
    const std::vector<Token> tokens = m_tokenizer.encode(before + std::string(word));
    Ids ids;
    for (std::size_t i = skipped; i < tokens.size(); ++i)
        ids.push_back(tokens[i].id);
    return ids;
}

}  // namespace mnemo
