// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/kernels/vector_clones.h"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace mnemo {

/// exp for x ≤ 0 that the compiler can put into vector lanes: 2^k · e^r with |r| ≤ ln 2 / 2, within 3e−7 relative.
/// Below e^−87 it gives e^−87, which beside 1 is nothing.
MNEMO_INLINE float expOfNegative(float x)
{
    constexpr float log2e = 1.44269504F;
    constexpr float magic = 12582912.0F;  // 1.5 · 2²³: adding it rounds to a whole number
    x = x > -87.0F ? x : -87.0F;
    const float k = (x * log2e + magic) - magic;
    const float r = (x - k * 0.693359375F) + k * 2.12194440e-4F;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    const std::int32_t bits = (static_cast<std::int32_t>(k) + 127) << 23;
    float scale = 0;
    std::memcpy(&scale, &bits, sizeof scale);
    return p * scale;
}

MNEMO_INLINE double expOfNegative(double x)
{
    return std::exp(x);
}

/// log(1 + y) for 0 ≤ y ≤ 1, as 2 artanh(y / (2 + y)): seven terms reach float's precision at every y.
MNEMO_INLINE float log1pOfShare(float y)
{
    const float z = y / (2.0F + y);
    const float q = z * z;
    float p = 1.0F / 13;
    p = p * q + 1.0F / 11;
    p = p * q + 1.0F / 9;
    p = p * q + 1.0F / 7;
    p = p * q + 1.0F / 5;
    p = p * q + 1.0F / 3;
    return 2.0F * (z + z * q * p);
}

MNEMO_INLINE double log1pOfShare(double y)
{
    return std::log1p(y);
}

/// x σ(x)
template <typename T>
MNEMO_INLINE T silu(T x)
{
    const T e = expOfNegative(x < 0 ? x : -x);
    return x * (x < 0 ? e : T(1)) / (T(1) + e);
}

/// log(1 + eˣ)
template <typename T>
MNEMO_INLINE T softplus(T x)
{
    return (x < 0 ? T(0) : x) + log1pOfShare(expOfNegative(x < 0 ? x : -x));
}

}  // namespace mnemo
