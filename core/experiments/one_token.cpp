// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/one_token.h"

#include "core/data/error.h"

namespace mnemo {

int oneTokenId(const Tokenizer& tokenizer, const std::string& what, const std::string& word)
{
    const std::vector<Token> tokens = answerTokens(tokenizer, word);
    if (tokens.size() != 1)
        throw Failure(
            ErrorCode::Usage,
            "The " + what + " \"" + word + "\" is " + std::to_string(tokens.size()) + " tokens of this model, not one.",
            "Choose another " + what + ": one that is a single token with a space before it.");
    return tokens.front().id;
}

}  // namespace mnemo
