// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cassert>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace mnemo {

/// Seeded random numbers, the same on every machine (SplitMix64; Steele, Lea & Flood 2014). The state is one number, so
/// that a training run can be resumed. One thread at a time; not for secrets.
class Random
{
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next();
    double uniform();                 ///< [0, 1)
    int below(int count);             ///< 0 … count − 1; count > 0
    bool chance(double probability);  ///< always draws one number, also for 0 and 1

    template <typename T>
    const T& pick(const std::vector<T>& list)
    {
        assert(!list.empty());
        return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
    }

    template <typename T>
    void shuffle(std::vector<T>& list)
    {
        for (std::size_t i = list.size(); i > 1; --i)
            std::swap(list[i - 1], list[static_cast<std::size_t>(below(static_cast<int>(i)))]);
    }

    std::uint64_t state() const { return m_state; }
    void restore(std::uint64_t state) { m_state = state; }

private:
    std::uint64_t m_state;
};

/// A seed for what has this name: what is drawn for one depends on no other.
std::uint64_t seedFor(std::string_view name, std::uint64_t seed);

}  // namespace mnemo
