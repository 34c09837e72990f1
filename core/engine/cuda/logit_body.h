// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: V tokens of the vocabulary. One row of logits, by all lanes; the twin of kernels/logit_kernel.h.
#pragma once
#include "core/engine/cuda/lanes.h"

namespace mnemo::cuda {

template <class Group, typename T>
MNEMO_BODY T largest(const Group& group, const T* x_V, std::int64_t vocabulary)
{
    T most = T(-INFINITY);
    for (std::int64_t i = group.lane(); i < vocabulary; i += group.lanes())
        most = x_V[i] > most ? x_V[i] : most;
    return group.max(most);
}

/// log Σ exp(logits)
template <class Group, typename T>
MNEMO_BODY double logSumExp(const Group& group, const T* x_V, std::int64_t vocabulary)
{
    const T most = largest(group, x_V, vocabulary);
    LongSum<T> sum;
    for (std::int64_t i = group.lane(); i < vocabulary; i += group.lanes())
        sum.add(std::exp(x_V[i] - most));
    return double(most) + std::log(group.sum(sum.total()));
}

/// How many logits are strictly above `own`.
template <class Group, typename T>
MNEMO_BODY int countAbove(const Group& group, const T* x_V, std::int64_t vocabulary, T own)
{
    int count = 0;
    for (std::int64_t i = group.lane(); i < vocabulary; i += group.lanes())
        count += x_V[i] > own ? 1 : 0;
    return group.sum(count);
}

/// KL(p ‖ q) in nats. Differences of logits first, so that rows that are nearly alike do not drown in the rounding of
/// their sums.
template <class Group, typename T>
MNEMO_BODY double divergence(const Group& group, const T* p_V, double pSum, const T* q_V, double qSum,
                             std::int64_t vocabulary)
{
    const T most = largest(group, p_V, vocabulary);
    LongSum<T> weights, differences;
    for (std::int64_t i = group.lane(); i < vocabulary; i += group.lanes()) {
        const T weight = std::exp(p_V[i] - most);
        weights.add(weight);
        differences.add(weight * (p_V[i] - q_V[i]));
    }
    return group.sum(differences.total()) / group.sum(weights.total()) - (pSum - qSum);
}

}  // namespace mnemo::cuda
