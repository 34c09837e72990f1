// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/prompt_params.h"

#include "core/data/error.h"
#include "core/data/numbers.h"

#include <charconv>

namespace mnemo {

void checkPromptLength(int tokens, const LanguageModel& model)
{
    const int limit = model.info().contextLength;
    if (limit > 0 && tokens > limit)
        throw Failure(ErrorCode::PromptTooLong,
                      "The prompt has " + std::to_string(tokens) + " tokens, and this model reads at most " +
                          std::to_string(limit) + ".",
                      "Shorten the prompt.");
}

Prompt readPrompt(const PromptParams& params, const LoadedModel& model)
{
    if (params.prompt.empty())
        throw Failure(ErrorCode::EmptyPrompt, "The prompt is empty.", "Type some text.");
    Prompt prompt = makePrompt(*model.tokenizer, params.prompt, params.prefix);
    checkPromptLength(prompt.size(), *model.model);
    return prompt;
}

Prompt promptOfIds(const std::vector<std::string>& ids, const LoadedModel& model)
{
    const int rows = model.model->info().vocabRows;
    Prompt prompt;
    for (const std::string& text : ids) {
        const std::optional<int> id = wholeNumber(text);
        if (!id)
            throw Failure(ErrorCode::Usage, "The token id \"" + text + "\" is no whole number.",
                          "Write ids like 510,11122.");
        if (*id < 0 || *id >= rows)
            throw Failure(ErrorCode::TargetNotInVocabulary,
                          "The token id " + text + " is outside the vocabulary of " + std::to_string(rows) + " rows.",
                          "Choose ids from 0 to " + std::to_string(rows - 1) + ".");
        Token token;  // rows beyond the tokenizer's ids are padding: they can be read, and have no text
        if (*id < model.tokenizer->size())
            token = model.tokenizer->token(*id);
        token.id = *id;
        prompt.text += token.text;
        prompt.tokens.push_back(std::move(token));
    }
    checkPromptLength(prompt.size(), *model.model);
    return prompt;
}

std::optional<std::pair<int, int>> numberRange(std::string_view text)
{
    const std::size_t dash = text.find('-');
    const std::optional<int> first = wholeNumber(text.substr(0, dash));
    const std::optional<int> last = dash == std::string_view::npos ? first : wholeNumber(text.substr(dash + 1));
    if (!first || !last || *first < 0 || *last < *first)
        return std::nullopt;
    return std::pair(*first, *last);
}

}  // namespace mnemo
