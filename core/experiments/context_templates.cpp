// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/context_templates.h"

#include <string_view>

#include "core/engine/generate.h"
#include "core/experiments/fact_runs.h"

namespace mnemo {
namespace {

std::string replaced(std::string_view text, std::string_view what, std::string_view with)
{
    if (what.empty())
        return std::string(text);
    std::string made;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what)) {
        made.append(text.substr(0, at)).append(with);
        text.remove_prefix(at + what.size());
    }
    return made.append(text);
}

}  // namespace

std::string cleanedContext(const std::string& text, const std::string& endOfText)
{
    std::string cleaned = text;
    for (const std::string_view unwanted :
         {std::string_view(endOfText), std::string_view("{"), std::string_view("}"), std::string_view("\n")})
        cleaned = replaced(cleaned, unwanted, " ");
    while (cleaned.find("  ") != std::string::npos)
        cleaned = replaced(cleaned, "  ", " ");
    const std::size_t first = cleaned.find_first_not_of(' ');
    if (first == std::string::npos)
        return {};
    return cleaned.substr(first, cleaned.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> contextTemplates(const ExperimentContext& context, std::uint64_t seed, int perLength,
                                          Reporter& reporter)
{
    const Tokenizer& tokenizer = *context.model.tokenizer;
    const std::vector<int> start{tokenizer.eosId()};
    const std::string endOfText = tokenizer.token(tokenizer.eosId()).text;
    std::vector<std::string> templates{"{}"};
    for (const int length : {5, 10}) {
        GenerateOptions options;
        options.tokens = length;
        options.topK = 5;
        options.seed = seed + std::uint64_t(length);
        options.visibleVocabulary = runOptions(context).visibleVocabulary;
        const std::vector<std::vector<int>> prompts(std::size_t(perLength), start);
        for (const std::vector<int>& ids : generate(*context.model.model, context.edits, prompts, options, reporter)) {
            std::string text = cleanedContext(decoded(tokenizer, ids), endOfText);
            if (text.empty())
                continue;
            if (text.back() != '.')
                text += '.';
            templates.push_back(text.append(" {}"));
        }
    }
    return templates;
}

}  // namespace mnemo
