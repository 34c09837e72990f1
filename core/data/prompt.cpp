// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/prompt.h"

#include "core/data/error.h"

#include <algorithm>

namespace mnemo {

std::string_view prefixName(Prefix prefix)
{
    switch (prefix) {
        case Prefix::Eos:
            return "eos";
        case Prefix::EosSpace:
            return "eos-space";
        case Prefix::None:
            break;
    }
    return "none";
}

Prefix prefixFromName(std::string_view name)
{
    for (const Prefix prefix : {Prefix::None, Prefix::Eos, Prefix::EosSpace})
        if (prefixName(prefix) == name)
            return prefix;
    throw Failure(ErrorCode::Usage, "The prefix \"" + std::string(name) + "\" is not known.",
                  "Choose none, eos or eos-space.");
}

std::vector<int> Prompt::ids() const
{
    std::vector<int> ids;
    ids.reserve(tokens.size());
    for (const Token& token : tokens)
        ids.push_back(token.id);
    return ids;
}

int codePoints(std::string_view utf8)
{
    return static_cast<int>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

TokenSpan coveringTokens(const Prompt& prompt, int begin, int end)
{
    TokenSpan span{-1, -1};
    for (int i = prompt.prefixTokens; i < prompt.size(); ++i) {
        const Token& token = prompt.tokens[std::size_t(i)];
        if (token.begin >= end || token.end <= begin)
            continue;
        if (span.first < 0)
            span.first = i;
        span.end = i + 1;
    }
    if (span.first < 0)
        throw Failure(ErrorCode::SubjectNotInPrompt,
                      "No token covers the characters " + std::to_string(begin) + "-" + std::to_string(end) + ".",
                      "Select the subject in the prompt.");
    return span;
}

TokenSpan subjectSpan(const Prompt& prompt, std::string_view subject)
{
    const std::size_t at = prompt.text.rfind(subject);
    if (subject.empty() || at == std::string::npos)
        throw Failure(ErrorCode::SubjectNotInPrompt,
                      "The subject \"" + std::string(subject) + "\" does not occur in the prompt.",
                      "Select the subject in the prompt, or correct its spelling.");
    const int begin = codePoints(std::string_view(prompt.text).substr(0, at));
    return coveringTokens(prompt, begin, begin + codePoints(subject));
}

}  // namespace mnemo
