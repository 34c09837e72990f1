// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, D and E channels, K taps, r rotated entries of a head.
#pragma once
#include "core/engine/cuda/lanes.h"
#include "core/engine/kernels/attention_kernel.h"
#include "core/engine/kernels/conv_kernel.h"

namespace mnemo::cuda {

/// x σ(x), without an overflow on the way.
template <typename T>
MNEMO_BODY T silu(T x)
{
    const T e = std::exp(x < 0 ? x : -x);
    return x * (x < 0 ? e : T(1)) / (T(1) + e);
}

/// log(1 + eˣ)
template <typename T>
MNEMO_BODY T softplus(T x)
{
    return (x < 0 ? T(0) : x) + std::log1p(std::exp(x < 0 ? x : -x));
}

/// One row, by all lanes: y = x / √(mean x² + ε) ⊙ weight.
template <class Group, typename T>
MNEMO_BODY void rmsNormRow(const Group& group, const T* x_D, const T* weight_D, T* y_D, double epsilon,
                           std::int64_t channels)
{
    LongSum<T> squares;
    for (std::int64_t d = group.lane(); d < channels; d += group.lanes())
        squares.add(x_D[d] * x_D[d]);
    const double mean = group.sum(squares.total()) / double(channels);
    const T scale = T(1 / std::sqrt(mean + epsilon));
    for (std::int64_t d = group.lane(); d < channels; d += group.lanes())
        y_D[d] = x_D[d] * scale * weight_D[d];
}

/// One entry of the causal convolution.
template <typename T>
MNEMO_BODY T convEntry(const ConvArgs<T>& args, std::int64_t row, std::int64_t channel)
{
    T u = args.bias_E[channel];
    for (int tap = 0; tap < args.taps; ++tap) {
        const std::int64_t source = args.sourceRows[tap][row];
        if (source != args.rows)
            u += args.weight_KE[tap * args.channels + channel] * args.a_XE[source * args.channels + channel];
    }
    return args.silu ? silu(u) : u;
}

/// Entries `entry` and `entry` + r/2 of one head, in place; entry < r/2.
template <typename T>
MNEMO_BODY void rotatePair(const RotateArgs<T>& args, std::int64_t row, std::int64_t head, std::int64_t entry)
{
    T* const low = args.x + row * args.rowStride + head * args.headStride + entry;
    T* const high = low + args.rotated / 2;
    const std::int64_t at = args.position_X[row] * args.rotated + entry, atHigh = at + args.rotated / 2;
    const T a = *low, b = *high;
    *low = a * args.cosine_Tr[at] - b * args.sine_Tr[at];
    *high = b * args.cosine_Tr[atHigh] + a * args.sine_Tr[atHigh];
}

}  // namespace mnemo::cuda
