// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/kernels/vector_clones.h"

#include <algorithm>
#include <cstdint>

namespace mnemo {

/// Σ x y, in 16 partial sums that do not wait for each other.
template <typename T>
MNEMO_INLINE T dot(const T* __restrict x, const T* __restrict y, std::int64_t width)
{
    constexpr std::int64_t lanes = 16;
    T part[lanes] = {};
    std::int64_t i = 0;
    for (; i + lanes <= width; i += lanes)
        for (std::int64_t e = 0; e < lanes; ++e)
            part[e] += x[i + e] * y[i + e];
    for (; i < width; ++i)
        part[0] += x[i] * y[i];
    for (std::int64_t half = lanes / 2; half > 0; half /= 2)
        for (std::int64_t e = 0; e < half; ++e)
            part[e] += part[e + half];
    return part[0];
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
