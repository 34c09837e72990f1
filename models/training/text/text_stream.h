// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/tokenizer.h"
#include "models/training/text/sentences.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mnemo {

/// Rows of token ids for training: whole sentences one after the other, each row beginning with a sentence; the last
/// one of a row is cut off.
struct TextBatch {
    int rows = 0;
    int length = 0;
    std::vector<std::int64_t> ids;  ///< [rows, length + 1]
    std::vector<float> weights;     ///< the same shape: 1 for tokens of objects, 0 else
};

/// Training text as token ids. The text is tokenized word by word, which gives what the whole text would give when no
/// token of the tokenizer crosses a space (as in trainVocabulary's). One thread at a time.
class TextStream
{
public:
    /// `source` and `tokenizer` have to outlive the stream.
    TextStream(const TextSource& source, const Tokenizer& tokenizer, std::uint64_t seed);

    TextBatch batch(int rows, int length);

    /// Where the stream stands between two batches; restored into a stream of the same source, it goes on alike.
    std::uint64_t state() const { return m_random.state(); }
    void restore(std::uint64_t state) { m_random.restore(state); }

private:
    using Ids = std::vector<std::int64_t>;

    void append(const TextPart& part, TextBatch& batch);
    void appendWord(std::string_view word, float weight, TextBatch& batch);
    Ids encoded(std::string_view word) const;

    const TextSource& m_source;
    const Tokenizer& m_tokenizer;
    Random m_random;
    std::map<std::string, Ids, std::less<>> m_known;  ///< words seen before
};

}  // namespace mnemo
