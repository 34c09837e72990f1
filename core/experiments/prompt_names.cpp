// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/prompt_names.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "core/data/error.h"
#include "core/data/words.h"

namespace mnemo {
namespace {

/// Where in the text (bytes) what fills a template's names begins and ends; absent when the text is none of it.
std::optional<std::vector<std::pair<std::size_t, std::size_t>>> fillingsOf(const std::string& promptTemplate,
                                                                           const std::string& text)
{
    const std::vector<TemplatePiece> pieces = piecesOf(promptTemplate);
    if (!text.starts_with(pieces.front().text))
        return std::nullopt;
    std::vector<std::pair<std::size_t, std::size_t>> fillings;
    std::size_t at = pieces.front().text.size();
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        const std::string& literal = pieces[i].text;
        const bool last = i + 1 == pieces.size();
        std::size_t end = literal.empty() ? text.size() : text.find(literal, at + 1);
        if (last && !literal.empty())
            end = text.size() > at + literal.size() && text.ends_with(literal) ? text.size() - literal.size()
                                                                               : std::string::npos;
        if (end == std::string::npos || end <= at || text.find_first_not_of(' ', at) >= end)
            return std::nullopt;
        if (pieces[i - 1].mark == TemplateMark::Name)
            fillings.emplace_back(at, end);
        at = end + literal.size();
    }
    return fillings;
}

PlacedName placedName(const Prompt& prompt, std::size_t begin, std::size_t end)
{
    const std::string name = prompt.text.substr(begin, end - begin);
    const int first = codePoints(std::string_view(prompt.text).substr(0, begin));
    return {name, coveringTokens(prompt, first, first + codePoints(name))};
}

}  // namespace

std::vector<PlacedName> namesOf(const Prompt& prompt, const IoiMaterial& material)
{
    std::vector<PlacedName> names;
    for (const std::string& promptTemplate : material.templates)
        if (const auto fillings = fillingsOf(promptTemplate, prompt.text)) {
            for (const auto& [begin, end] : *fillings)
                names.push_back(placedName(prompt, begin, end));
            return names;
        }
    for (int token = prompt.prefixTokens; token < prompt.size(); ++token)
        if (const std::string_view word = withoutLeadingSpaces(prompt.tokens[std::size_t(token)].text);
            std::ranges::find(material.names, word) != material.names.end())
            names.push_back({std::string(word), {token, token + 1}});
    return names;
}

PlacedName nameIn(const Prompt& prompt, const std::string& name, int nth)
{
    const std::string& text = prompt.text;
    const auto isLetter = [&](std::size_t at) {
        return at < text.size() && (std::isalnum(std::uint8_t(text[at])) != 0);
    };
    std::vector<std::size_t> begins;
    for (std::size_t at = text.find(name); !name.empty() && at != std::string::npos; at = text.find(name, at + 1))
        if ((at == 0 || !isLetter(at - 1)) && !isLetter(at + name.size()))
            begins.push_back(at);
    if (begins.empty())
        throw Failure(ErrorCode::SubjectNotInPrompt, "The prompt has no name \"" + name + "\".",
                      "Choose a name that stands in it.");
    if (nth > int(begins.size()))
        throw Failure(ErrorCode::Usage,
                      "\"" + name + "\" stands in the prompt " + std::to_string(begins.size()) + " times, not " +
                          std::to_string(nth) + ".",
                      "Choose an occurrence from 1 to " + std::to_string(begins.size()) + ", or 0 for the last.");
    const std::size_t begin = nth == 0 ? begins.back() : begins[std::size_t(nth) - 1];
    return placedName(prompt, begin, begin + name.size());
}

int onlyToken(const PlacedName& name)
{
    if (name.tokens.size() != 1)
        throw Failure(ErrorCode::Usage,
                      "\"" + name.name + "\" is " + std::to_string(name.tokens.size()) + " tokens in the prompt.",
                      "Choose a name that is one token, with a space before it.");
    return name.tokens.first;
}

}  // namespace mnemo
