// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/bpe_merges.h"

#include <queue>

namespace mnemo {
namespace {

std::uint64_t keyOf(int left, int right)
{
    return (std::uint64_t(std::uint32_t(left)) << 32) | std::uint32_t(right);
}

/// A symbol in the chain of a word; length 0 once it was joined to its left neighbour.
struct Link {
    int id = 0;
    int length = 0;
    int previous = -1;
    int next = -1;
};

/// Two neighbours that may be joined; stale when one of them has changed meanwhile.
struct Pair {
    int rank = 0;
    int left = 0;  ///< index of the left link: ties go to the leftmost
    int leftId = 0;
    int rightId = 0;
    int merged = 0;

    bool operator>(const Pair& other) const { return rank != other.rank ? rank > other.rank : left > other.left; }
};

}  // namespace

void BpeMerges::add(int left, int right, int rank, int merged)
{
    m_rules.insert_or_assign(keyOf(left, right), Rule{rank, merged});
}

const BpeMerges::Rule* BpeMerges::find(int left, int right) const
{
    const auto found = m_rules.find(keyOf(left, right));
    return found == m_rules.end() ? nullptr : &found->second;
}

std::vector<BpeMerges::Symbol> BpeMerges::merge(std::string_view word) const
{
    const int count = int(word.size());
    std::vector<Link> links(word.size());
    for (int i = 0; i < count; ++i)
        links[std::size_t(i)] = {m_bytes[static_cast<unsigned char>(word[std::size_t(i)])], 1, i - 1,
                                 i + 1 < count ? i + 1 : -1};
    std::priority_queue<Pair, std::vector<Pair>, std::greater<>> pairs;
    const auto offer = [&](int left) {
        if (left < 0 || links[std::size_t(left)].next < 0)
            return;
        const int leftId = links[std::size_t(left)].id;
        const int rightId = links[std::size_t(links[std::size_t(left)].next)].id;
        if (const Rule* rule = find(leftId, rightId))
            pairs.push({rule->rank, left, leftId, rightId, rule->merged});
    };
    for (int i = 0; i < count; ++i)
        offer(i);
    while (!pairs.empty()) {
        const Pair pair = pairs.top();
        pairs.pop();
        Link& left = links[std::size_t(pair.left)];
        if (left.length == 0 || left.id != pair.leftId || left.next < 0 ||
            links[std::size_t(left.next)].id != pair.rightId)
            continue;
        Link& right = links[std::size_t(left.next)];
        left.id = pair.merged;
        left.length += right.length;
        left.next = right.next;
        right.length = 0;
        if (left.next >= 0)
            links[std::size_t(left.next)].previous = pair.left;
        offer(left.previous);
        offer(pair.left);
    }
    std::vector<Symbol> symbols;
    for (int i = count > 0 ? 0 : -1; i >= 0; i = links[std::size_t(i)].next)
        symbols.push_back({links[std::size_t(i)].id, links[std::size_t(i)].length});
    return symbols;
}

}  // namespace mnemo
