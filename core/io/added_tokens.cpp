// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/added_tokens.h"

#include <algorithm>

namespace mnemo {

void AddedTokens::add(std::u32string content, int id)
{
    if (content.empty())
        return;
    auto& list = m_tokens[content.front()];
    list.emplace_back(std::move(content), id);
    std::ranges::stable_sort(list, std::ranges::greater{}, [](const auto& token) { return token.first.size(); });
}

const std::pair<std::u32string, int>* AddedTokens::matchAt(std::u32string_view rest) const
{
    const auto list = m_tokens.find(rest.front());
    if (list == m_tokens.end())
        return nullptr;
    for (const auto& token : list->second)
        if (rest.starts_with(token.first))
            return &token;
    return nullptr;
}

std::vector<AddedTokens::Piece> AddedTokens::cut(std::u32string_view text) const
{
    std::vector<Piece> pieces;
    int open = 0;  // start of the text that no token has taken yet
    const auto close = [&](int end) {
        if (end > open)
            pieces.push_back({{open, end}, std::nullopt});
    };
    for (int at = 0; at < int(text.size());) {
        const auto* match = matchAt(text.substr(std::size_t(at)));
        if (!match) {
            ++at;
            continue;
        }
        close(at);
        open = at + int(match->first.size());
        pieces.push_back({{at, open}, match->second});
        at = open;
    }
    close(int(text.size()));
    return pieces;
}

}  // namespace mnemo
