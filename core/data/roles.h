// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/prompt.h"

#include <array>
#include <string_view>
#include <vector>

namespace mnemo {

/// What a token is to the fact of its prompt: the rows of averages over facts (METHODS.md §2.6).
enum class Role { Prefix, SubjectEarlier, SubjectNextToLast, SubjectLast, Further, PromptLast };
inline constexpr std::array allRoles{Role::Prefix,      Role::SubjectEarlier, Role::SubjectNextToLast,
                                     Role::SubjectLast, Role::Further,        Role::PromptLast};

/// "before the subject", "subject, earlier", "subject, last but one", "subject, last", "between", "prompt, last"
std::string_view roleLabel(Role role);

/// Tokens of a prompt in that role, ascending; none when the prompt has none.
std::vector<int> tokensInRole(Role role, TokenSpan subject, int promptTokens);

}  // namespace mnemo
