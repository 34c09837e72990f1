// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/attention_kernel.h"

#include "core/engine/kernels/lanes.h"
#include "core/engine/kernels/vector_exp.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
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

/// y = Σ_t weight_t · x_t, where x_t begins at `x + key_t · stride`: sixteen entries at a time stay in registers.
template <typename T, typename Width>
MNEMO_INLINE void weightedSum(const T* __restrict x, const std::int64_t* __restrict key, std::int64_t stride,
                              const T* __restrict weight, std::int64_t keys, T* __restrict y, Width width)
{
    std::int64_t i = 0;
    for (; i + laneCount <= width; i += laneCount) {
        Lanes<T> sum = {}, at;
        for (std::int64_t t = 0; t < keys; ++t) {
            load(x + key[t] * stride + i, at);
            sum += weight[t] * at;
        }
        std::memcpy(y + i, &sum, sizeof sum);
    }
    for (; i < width; ++i) {
        y[i] = 0;
        for (std::int64_t t = 0; t < keys; ++t)
            y[i] += weight[t] * x[key[t] * stride + i];
    }
}

/// y += scale · x
template <typename T, typename Width>
MNEMO_INLINE void add(const T* __restrict x, T scale, T* __restrict y, Width width)
{
    for (std::int64_t i = 0; i < width; ++i)
        y[i] += scale * x[i];
}

/// Calls `work` with the width of a head: as a constant where it is a usual one, so that loops over it are unrolled.
template <typename Work>
MNEMO_INLINE void withWidth(std::int64_t width, const Work& work)
{
    if (width == 32)
        work(std::integral_constant<std::int64_t, 32>());
    else if (width == 64)
        work(std::integral_constant<std::int64_t, 64>());
    else
        work(width);
}

template <typename T>
struct AttendRows {
    const AttentionArgs<T>& args;
    std::int64_t begin, end;

    template <typename Width>
    MNEMO_INLINE void operator()(Width d) const
    {
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
                weightedSum(args.v + at, key, args.rowStride, weight.data(), keys,
                            args.out_XHd + (row * args.heads + head) * d, d);
            }
        }
    }
};

/// With weights w and ∂w_t = ∂out · v_t: the scores' gradient is w ⊙ (∂w − Σ w ∂w).
template <typename T>
struct AttendBackward {
    const AttentionArgs<T>& args;
    const AttentionGradients<T>& gradients;
    std::int64_t rows, begin, end;

    template <typename Width>
    MNEMO_INLINE void operator()(Width d) const
    {
        const T scale = T(1 / std::sqrt(double(d)));
        std::vector<T> weight(std::size_t(*std::max_element(args.keys_X, args.keys_X + rows))), byScore(weight.size());
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
                    byScore[std::size_t(t)] = dot(out, args.v + key[t] * args.rowStride + at, d);
                    mean += weight[std::size_t(t)] * byScore[std::size_t(t)];
                }
                for (std::int64_t t = 0; t < keys; ++t) {
                    const std::int64_t other = key[t] * args.rowStride + at;
                    const T w = weight[std::size_t(t)];
                    byScore[std::size_t(t)] = w * (byScore[std::size_t(t)] - mean) * scale;
                    add(out, w, gradients.v + other, d);
                    add(args.q + own, byScore[std::size_t(t)], gradients.k + other, d);
                }
                weightedSum(args.k + at, key, args.rowStride, byScore.data(), keys, gradients.q + own, d);
            }
        }
    }
};

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
    withWidth(args.width, AttendRows<float>{args, begin, end});
}

MNEMO_VECTOR_CLONES void attendRows(const AttentionArgs<double>& args, std::int64_t begin, std::int64_t end)
{
    withWidth(args.width, AttendRows<double>{args, begin, end});
}

MNEMO_VECTOR_CLONES void attendBackward(const AttentionArgs<float>& args, const AttentionGradients<float>& gradients,
                                        std::int64_t rows, std::int64_t begin, std::int64_t end)
{
    withWidth(args.width, AttendBackward<float>{args, gradients, rows, begin, end});
}

MNEMO_VECTOR_CLONES void attendBackward(const AttentionArgs<double>& args, const AttentionGradients<double>& gradients,
                                        std::int64_t rows, std::int64_t begin, std::int64_t end)
{
    withWidth(args.width, AttendBackward<double>{args, gradients, rows, begin, end});
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
