// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/kernels/vector_clones.h"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace mnemo {

/// 2^x for x ≤ 0 that the compiler can put into vector lanes: 2^k · 2^r with k whole and |r| ≤ 1/2, within 2e−7
/// relative. Below −126 it gives 2^−126, which beside 1 is nothing. Half the scan's time goes here.
MNEMO_INLINE float exp2OfNegative(float x)
{
    constexpr float magic =
        12582912.0F;  // 1.5 · 2²³: adding it rounds to a whole number, which stands in the last bits
    x = x > -126.0F ? x : -126.0F;
    const float rounded = x + magic;
    const float r = x - (rounded - magic);
    float p = 1.535336188319500e-4F;
    p = p * r + 1.339887440266574e-3F;
    p = p * r + 9.618437357674640e-3F;
    p = p * r + 5.550332471162809e-2F;
    p = p * r + 2.402264791363012e-1F;
    p = p * r + 6.931472028550421e-1F;
    p = p * r + 1.0F;
    std::uint32_t whole = 0, bits = 0;
    std::memcpy(&whole, &rounded, sizeof whole);
    std::memcpy(&bits, &p, sizeof bits);
    bits += whole << 23;  // onto the exponent
    std::memcpy(&p, &bits, sizeof p);
    return p;
}

MNEMO_INLINE double exp2OfNegative(double x)
{
    return std::exp2(x);
}

inline constexpr double log2OfE = 1.4426950408889634;

/// eˣ for x ≤ 0, in the same way, within 3e−7 relative at every x: e^r with |r| ≤ ln 2 / 2. Below e^−87 it gives e^−87.
MNEMO_INLINE float expOfNegative(float x)
{
    constexpr float magic = 12582912.0F;
    x = x > -87.0F ? x : -87.0F;
    const float k = (x * float(log2OfE) + magic) - magic;
    const float r = (x - k * 0.693359375F) + k * 2.12194440e-4F;  // ln 2 in two parts
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

/// 1 / (1 + e^−x)
template <typename T>
MNEMO_INLINE T sigmoid(T x)
{
    const T e = expOfNegative(-std::abs(x));
    const T none = x < 0 ? T(0) : T(1);  // no choice between products: the compiler would make it a branch
    return (e > none ? e : none) / (T(1) + e);
}

/// x σ(x)
template <typename T>
MNEMO_INLINE T silu(T x)
{
    return x * sigmoid(x);
}

/// log(1 + eˣ)
template <typename T>
MNEMO_INLINE T softplus(T x)
{
    return (x < 0 ? T(0) : x) + log1pOfShare(expOfNegative(-std::abs(x)));
}

}  // namespace mnemo
