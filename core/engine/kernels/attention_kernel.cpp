// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/attention_kernel.h"

#include "core/engine/kernels/vector_exp.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mnemo {
namespace {

constexpr std::int64_t lanes = 16;  // partial sums that do not wait for each other

template <typename T>
MNEMO_INLINE T dot(const T* __restrict x, const T* __restrict y, std::int64_t width)
{
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

/// Scores in place to softmax weights.
template <typename T>
MNEMO_INLINE void softmax(T* __restrict score, std::int64_t keys)
{
    const T most = *std::max_element(score, score + keys);
    for (std::int64_t t = 0; t < keys; ++t)
        score[t] = expOfNegative(score[t] - most);
    double sum = 0;
    for (std::int64_t t = 0; t < keys; ++t)
        sum += double(score[t]);
    const T scale = T(1 / sum);
    for (std::int64_t t = 0; t < keys; ++t)
        score[t] *= scale;
}

template <typename T>
MNEMO_INLINE void attendRowsAny(const AttentionArgs<T>& args, std::int64_t begin, std::int64_t end)
{
    const std::int64_t d = args.width;
    const T scale = T(1 / std::sqrt(double(d)));
    std::vector<T> weight(std::size_t(*std::max_element(args.keys_X + begin, args.keys_X + end)));
    for (std::int64_t row = begin; row < end; ++row) {
        const std::int64_t* key = args.keyRows + args.keysFrom_X[row];
        const std::int64_t keys = args.keys_X[row];
        for (std::int64_t head = 0; head < args.heads; ++head) {
            const std::int64_t at = head * args.headStride;
            for (std::int64_t t = 0; t < keys; ++t)
                weight[std::size_t(t)] =
                    dot(args.q + row * args.rowStride + at, args.k + key[t] * args.rowStride + at, d) * scale;
            softmax(weight.data(), keys);
            T* __restrict out = args.out_XHd + (row * args.heads + head) * d;
            std::fill_n(out, d, T(0));
            for (std::int64_t t = 0; t < keys; ++t) {
                const T* __restrict v = args.v + key[t] * args.rowStride + at;
                const T w = weight[std::size_t(t)];
                for (std::int64_t i = 0; i < d; ++i)
                    out[i] += w * v[i];
            }
        }
    }
}

template <typename T>
MNEMO_INLINE void rotateRowsAny(const RotateArgs<T>& args, std::int64_t begin, std::int64_t end)
{
    const std::int64_t half = args.rotated / 2;
    for (std::int64_t row = begin; row < end; ++row) {
        const T* __restrict cosine = args.cosine_Tr + args.position_X[row] * args.rotated;
        const T* __restrict sine = args.sine_Tr + args.position_X[row] * args.rotated;
        for (std::int64_t head = 0; head < args.heads; ++head) {
            T* __restrict x = args.x + row * args.rowStride + head * args.headStride;
            for (std::int64_t i = 0; i < half; ++i) {
                const T first = x[i], second = x[i + half];
                x[i] = first * cosine[i] - second * sine[i];
                x[i + half] = second * cosine[i + half] + first * sine[i + half];
            }
        }
    }
}

}  // namespace

MNEMO_VECTOR_CLONES void attendRows(const AttentionArgs<float>& args, std::int64_t begin, std::int64_t end)
{
    attendRowsAny(args, begin, end);
}

MNEMO_VECTOR_CLONES void attendRows(const AttentionArgs<double>& args, std::int64_t begin, std::int64_t end)
{
    attendRowsAny(args, begin, end);
}

MNEMO_VECTOR_CLONES void rotateRows(const RotateArgs<float>& args, std::int64_t begin, std::int64_t end)
{
    rotateRowsAny(args, begin, end);
}

MNEMO_VECTOR_CLONES void rotateRows(const RotateArgs<double>& args, std::int64_t begin, std::int64_t end)
{
    rotateRowsAny(args, begin, end);
}

}  // namespace mnemo
