// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/roles.h"

#include <algorithm>

namespace mnemo {

std::string_view roleLabel(Role role)
{
    constexpr std::array<std::string_view, allRoles.size()> labels{
        "before the subject", "subject, earlier", "subject, last but one", "subject, last", "between", "prompt, last"};
    return labels[std::size_t(role)];
}

std::vector<int> tokensInRole(Role role, TokenSpan subject, int promptTokens)
{
    TokenSpan span;
    switch (role) {
        case Role::Prefix:
            span = {0, subject.first};
            break;
        case Role::SubjectEarlier:
            span = {subject.first, subject.end - 2};
            break;
        case Role::SubjectNextToLast:
            span = {std::max(subject.first, subject.end - 2), subject.end - 1};
            break;
        case Role::SubjectLast:
            span = {subject.end - 1, subject.end};
            break;
        case Role::Further:
            span = {subject.end, promptTokens - 1};
            break;
        case Role::PromptLast:
            span = {promptTokens - 1, promptTokens};
            break;
    }
    std::vector<int> tokens;
    for (int token = span.first; token < span.end; ++token)
        tokens.push_back(token);
    return tokens;
}

}  // namespace mnemo
