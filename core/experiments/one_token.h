// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/tokenizer.h"

#include <string>

namespace mnemo {

/// What a model answers with when it says this word, which has to be one token.
/// @param what the word is, for the message: "name"
/// @throws Failure TargetNotInVocabulary; Usage when it is more tokens than one
int oneTokenId(const Tokenizer& tokenizer, const std::string& what, const std::string& word);

}  // namespace mnemo
