// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: V tokens of the vocabulary. No torch in this folder: plain pointers.
#pragma once
#include <cstdint>

namespace mnemo {

/// log Σ exp(logits), summed in double over blocks.
double logSumExp(const float* logits_V, std::int64_t vocabulary);
double logSumExp(const double* logits_V, std::int64_t vocabulary);

/// How many logits are strictly above `own`: the rank of a token.
std::int64_t countAbove(const float* logits_V, std::int64_t vocabulary, float own);
std::int64_t countAbove(const double* logits_V, std::int64_t vocabulary, double own);

/// KL(p ‖ q) = Σ p (log p − log q), p and q the softmax of two rows with the given log-sum-exps. In nats.
double divergence(const float* p_V, double pSum, const float* q_V, double qSum, std::int64_t vocabulary);
double divergence(const double* p_V, double pSum, const double* q_V, double qSum, std::int64_t vocabulary);

}  // namespace mnemo
