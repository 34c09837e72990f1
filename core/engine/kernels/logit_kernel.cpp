// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/logit_kernel.h"

#include "core/engine/kernels/vector_exp.h"

#include <algorithm>
#include <limits>

namespace mnemo {
namespace {

constexpr std::int64_t lanes = 16;   // partial sums that do not wait for each other
constexpr std::int64_t block = 512;  // terms that are summed in the type of the logits before they go into a double

template <typename T>
MNEMO_INLINE T largest(const T* __restrict x, std::int64_t n)
{
    T most[lanes];
    std::fill_n(most, lanes, -std::numeric_limits<T>::infinity());
    std::int64_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (std::int64_t e = 0; e < lanes; ++e)
            most[e] = x[i + e] > most[e] ? x[i + e] : most[e];
    for (; i < n; ++i)
        most[0] = x[i] > most[0] ? x[i] : most[0];
    return *std::max_element(most, most + lanes);
}

template <typename T>
MNEMO_INLINE double sumOf(const T (&part)[lanes])
{
    double sum = 0;
    for (const T one : part)
        sum += double(one);
    return sum;
}

template <typename T>
MNEMO_INLINE double logSumExpAny(const T* __restrict x, std::int64_t n)
{
    const T most = largest(x, n);
    double sum = 0;
    for (std::int64_t begin = 0; begin < n; begin += block) {
        const std::int64_t end = std::min(n, begin + block);
        T part[lanes] = {};
        std::int64_t i = begin;
        for (; i + lanes <= end; i += lanes)
            for (std::int64_t e = 0; e < lanes; ++e)
                part[e] += expOfNegative(x[i + e] - most);
        for (; i < end; ++i)
            part[0] += expOfNegative(x[i] - most);
        sum += sumOf(part);
    }
    return double(most) + std::log(sum);
}

template <typename T>
MNEMO_INLINE std::int64_t countAboveAny(const T* __restrict x, std::int64_t n, T own)
{
    std::int64_t count = 0;
    for (std::int64_t begin = 0; begin < n; begin += block) {
        std::int32_t some = 0;
        for (std::int64_t i = begin; i < std::min(n, begin + block); ++i)
            some += x[i] > own ? 1 : 0;
        count += some;
    }
    return count;
}

/// Differences of logits first, so that rows that are nearly alike do not drown in the rounding of their sums.
template <typename T>
MNEMO_INLINE double divergenceAny(const T* __restrict p, double pSum, const T* __restrict q, double qSum,
                                  std::int64_t n)
{
    const T most = largest(p, n);
    double weights = 0, differences = 0;
    for (std::int64_t begin = 0; begin < n; begin += block) {
        const std::int64_t end = std::min(n, begin + block);
        T weight[lanes] = {}, difference[lanes] = {};
        std::int64_t i = begin;
        for (; i + lanes <= end; i += lanes)
            for (std::int64_t e = 0; e < lanes; ++e) {
                const T w = expOfNegative(p[i + e] - most);
                weight[e] += w;
                difference[e] += w * (p[i + e] - q[i + e]);
            }
        for (; i < end; ++i) {
            const T w = expOfNegative(p[i] - most);
            weight[0] += w;
            difference[0] += w * (p[i] - q[i]);
        }
        weights += sumOf(weight);
        differences += sumOf(difference);
    }
    return differences / weights - (pSum - qSum);
}

}  // namespace

MNEMO_VECTOR_CLONES double logSumExp(const float* logits_V, std::int64_t vocabulary)
{
    return logSumExpAny(logits_V, vocabulary);
}

MNEMO_VECTOR_CLONES double logSumExp(const double* logits_V, std::int64_t vocabulary)
{
    return logSumExpAny(logits_V, vocabulary);
}

MNEMO_VECTOR_CLONES std::int64_t countAbove(const float* logits_V, std::int64_t vocabulary, float own)
{
    return countAboveAny(logits_V, vocabulary, own);
}

MNEMO_VECTOR_CLONES std::int64_t countAbove(const double* logits_V, std::int64_t vocabulary, double own)
{
    return countAboveAny(logits_V, vocabulary, own);
}

MNEMO_VECTOR_CLONES double divergence(const float* p_V, double pSum, const float* q_V, double qSum,
                                      std::int64_t vocabulary)
{
    return divergenceAny(p_V, pSum, q_V, qSum, vocabulary);
}

MNEMO_VECTOR_CLONES double divergence(const double* p_V, double pSum, const double* q_V, double qSum,
                                      std::int64_t vocabulary)
{
    return divergenceAny(p_V, pSum, q_V, qSum, vocabulary);
}

}  // namespace mnemo
