// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mnemo {

/// The merges of a byte-pair encoding. Immutable once filled; merge() may be called from any thread.
class BpeMerges
{
public:
    struct Symbol {
        int id = 0;
        int length = 0;  ///< bytes
    };

    void setByte(unsigned char byte, int id) { m_bytes[byte] = id; }
    void add(int left, int right, int rank, int merged);

    /// Joins the bytes of one word pair by pair: the pair of lowest rank first, the leftmost of equals.
    /// Cost: n log n in the bytes of the word.
    std::vector<Symbol> merge(std::string_view word) const;

private:
    struct Rule {
        int rank = 0;
        int merged = 0;
    };
    const Rule* find(int left, int right) const;

    std::array<int, 256> m_bytes{};
    std::unordered_map<std::uint64_t, Rule> m_rules;
};

}  // namespace mnemo
