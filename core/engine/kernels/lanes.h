// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/kernels/vector_clones.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace mnemo {

/// Sixteen numbers that are calculated with at once: one to four vector registers, by processor and type.
template <typename T>
struct LanesOf {
    using Sixteen __attribute__((vector_size(16 * sizeof(T)))) = T;
    using Eight __attribute__((vector_size(8 * sizeof(T)))) = T;
    using Four __attribute__((vector_size(4 * sizeof(T)))) = T;
};

inline constexpr std::int64_t laneCount = 16;

template <typename T>
using Lanes = typename LanesOf<T>::Sixteen;

template <typename T>
MNEMO_INLINE void load(const T* from, Lanes<T>& to)
{
    std::memcpy(&to, from, sizeof to);
}

/// Half and half are added until one is left.
template <typename T>
MNEMO_INLINE T sumOf(const Lanes<T>& x)
{
    typename LanesOf<T>::Eight eight = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7);
    eight += __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
    typename LanesOf<T>::Four four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3);
    four += __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

/// Σ x y, in 16 partial sums that do not wait for each other. @param width best a constant
template <typename T, typename Width>
MNEMO_INLINE T dot(const T* __restrict x, const T* __restrict y, Width width)
{
    Lanes<T> part = {}, a, b;
    std::int64_t i = 0;
    for (; i + laneCount <= width; i += laneCount) {
        load(x + i, a);
        load(y + i, b);
        part += a * b;
    }
    for (; i < width; ++i)
        part[0] += x[i] * y[i];
    return sumOf<T>(part);
}

/// The first `count` of `width` entries: a fixed length where it can be, so that copies are vectors.
template <std::int64_t width, typename T>
MNEMO_INLINE void copyLanes(const T* __restrict from, std::int64_t count, T* __restrict to)
{
    if (count == width)
        std::copy_n(from, width, to);
    else
        std::copy_n(from, count, to);
}

}  // namespace mnemo
