// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "models/training/text/sentences.h"

#include <cstdint>
#include <string>

namespace mnemo {

struct VocabularyRecipe {
    int size = 3000;
    int sentences = 60000;    ///< of training text
    int objectRepeats = 300;  ///< how often every object and every IOI name is added, so that it becomes one token
    int wordRepeats = 0;      ///< how often each word of each subject is added: > 0 makes whole words
    int oneWordRepeats = 0;   ///< the same for subjects of one word, whose first piece would say it all
    std::uint64_t seed = 1;
};

/// Trains a SentencePiece BPE model on the text that a language model is to be trained on: bytes for what is unknown, a
/// space before every text, eos 0, unk 1, no bos and no pad. The same recipe gives the same bytes. Takes seconds.
/// @return the bytes of a tokenizer.model
/// @throws Failure Usage when SentencePiece refuses, or naming the objects and names that are more than one token
std::string trainVocabulary(const FactTable& facts, const IoiText& ioi, const TextSource& source,
                            const VocabularyRecipe& recipe = {});

}  // namespace mnemo
