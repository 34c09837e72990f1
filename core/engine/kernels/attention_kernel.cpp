// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/attention_kernel.h"

#include "core/engine/kernels/lanes.h"
#include "core/engine/kernels/vector_exp.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mnemo {
namespace {

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

/// y += scale · x
template <typename T>
MNEMO_INLINE void add(const T* __restrict x, T scale, T* __restrict y, std::int64_t width)
{
    for (std::int64_t i = 0; i < width; ++i)
        y[i] += scale * x[i];
}

/// With weights w and ∂w_t = ∂out · v_t: the scores' gradient is w ⊙ (∂w − Σ w ∂w).
template <typename T>
MNEMO_INLINE void attendBackwardAny(const AttentionArgs<T>& args, const AttentionGradients<T>& gradients,
                                    std::int64_t rows, std::int64_t begin, std::int64_t end)
{
    const std::int64_t d = args.width;
    const T scale = T(1 / std::sqrt(double(d)));
    std::vector<T> weight(std::size_t(*std::max_element(args.keys_X, args.keys_X + rows))), byWeight(weight.size());
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t* key = args.keyRows + args.keysFrom_X[row];
        const std::int64_t keys = args.keys_X[row];
        for (std::int64_t head = begin; head < end; ++head) {
            const std::int64_t at = head * args.headStride, own = row * args.rowStride + at;
            for (std::int64_t t = 0; t < keys; ++t)
                weight[std::size_t(t)] = dot(args.q + own, args.k + key[t] * args.rowStride + at, d) * scale;
            softmax(weight.data(), keys);
            const T* out = gradients.out_XHd + (row * args.heads + head) * d;
            T mean = 0;
            for (std::int64_t t = 0; t < keys; ++t) {
                byWeight[std::size_t(t)] = dot(out, args.v + key[t] * args.rowStride + at, d);
                mean += weight[std::size_t(t)] * byWeight[std::size_t(t)];
            }
            for (std::int64_t t = 0; t < keys; ++t) {
                const std::int64_t other = key[t] * args.rowStride + at;
                const T w = weight[std::size_t(t)], byScore = w * (byWeight[std::size_t(t)] - mean) * scale;
                add(out, w, gradients.v + other, d);
                add(args.q + own, byScore, gradients.k + other, d);
                add(args.k + other, byScore, gradients.q + own, d);
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

MNEMO_VECTOR_CLONES void attendBackward(const AttentionArgs<float>& args, const AttentionGradients<float>& gradients,
                                        std::int64_t rows, std::int64_t begin, std::int64_t end)
{
    attendBackwardAny(args, gradients, rows, begin, end);
}

MNEMO_VECTOR_CLONES void attendBackward(const AttentionArgs<double>& args, const AttentionGradients<double>& gradients,
                                        std::int64_t rows, std::int64_t begin, std::int64_t end)
{
    attendBackwardAny(args, gradients, rows, begin, end);
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
