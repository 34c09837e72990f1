// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/random.h"

namespace mnemo {

std::uint64_t Random::next()
{
    std::uint64_t z = m_state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

double Random::uniform()
{
    return static_cast<double>(next() >> 11) * 0x1p-53;
}

int Random::below(int count)
{
    assert(count > 0);
    return static_cast<int>(((next() >> 32) * static_cast<std::uint64_t>(count)) >> 32);
}

bool Random::chance(double probability)
{
    return uniform() < probability;
}

std::uint64_t seedFor(std::string_view name, std::uint64_t seed)
{
    std::uint64_t hash = 14695981039346656037U;  // FNV-1a
    for (const char c : name)
        hash = (hash ^ std::uint8_t(c)) * 1099511628211U;
    return hash ^ seed;
}

}  // namespace mnemo
