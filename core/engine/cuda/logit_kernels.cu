// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: R rows of logits, V vocabulary, P questions. One block per question.
#include "core/engine/cuda/groups.cuh"
#include "core/engine/cuda/launch.h"
#include "core/engine/cuda/logit_body.h"

namespace mnemo::cuda {
namespace {

template <typename T>
__device__ const T* rowOf(const LogitRows<T>& logits, std::int64_t row)
{
    return logits.logits_RV + row * logits.vocabulary;
}

template <typename T>
__global__ void logSumExpKernel(LogitRows<T> logits, double* lse_R)
{
    const double sum = logSumExp(Block(), rowOf(logits, blockIdx.x), logits.vocabulary);
    if (threadIdx.x == 0)
        lse_R[blockIdx.x] = sum;
}

template <typename T>
__global__ void scoresKernel(LogitRows<T> logits, const std::int64_t* row_P, const std::int64_t* token_P,
                             double* logit_P, double* rank_P)
{
    const T* const row = rowOf(logits, row_P[blockIdx.x]);
    const T own = row[token_P[blockIdx.x]];
    const int above = countAbove(Block(), row, logits.vocabulary, own);
    if (threadIdx.x == 0) {
        logit_P[blockIdx.x] = double(own);
        rank_P[blockIdx.x] = double(above);
    }
}

template <typename T>
__global__ void divergencesKernel(LogitRows<T> logits, const double* lse_R, const std::int64_t* from_P,
                                  const std::int64_t* to_P, double* kl_P)
{
    const std::int64_t from = from_P[blockIdx.x], to = to_P[blockIdx.x];
    const double kl =
        divergence(Block(), rowOf(logits, from), lse_R[from], rowOf(logits, to), lse_R[to], logits.vocabulary);
    if (threadIdx.x == 0)
        kl_P[blockIdx.x] = kl;
}

template <typename T>
void logSumExps(const LogitRows<T>& logits, double* lse_R)
{
    if (logits.rows == 0)
        return;
    logSumExpKernel<<<unsigned(logits.rows), threads, 0, currentStream()>>>(logits, lse_R);
    checkLaunch("log-sum-exp");
}

template <typename T>
void scores(const LogitRows<T>& logits, const std::int64_t* row_P, const std::int64_t* token_P, double* logit_P,
            double* rank_P, std::int64_t count)
{
    if (count == 0)
        return;
    scoresKernel<<<unsigned(count), threads, 0, currentStream()>>>(logits, row_P, token_P, logit_P, rank_P);
    checkLaunch("rank");
}

template <typename T>
void divergences(const LogitRows<T>& logits, const double* lse_R, const std::int64_t* from_P, const std::int64_t* to_P,
                 double* kl_P, std::int64_t count)
{
    if (count == 0)
        return;
    divergencesKernel<<<unsigned(count), threads, 0, currentStream()>>>(logits, lse_R, from_P, to_P, kl_P);
    checkLaunch("divergence");
}

}  // namespace

template <typename T>
void addLogitKernels(CudaKernelSet<T>& kernels)
{
    kernels.logSumExp = logSumExps<T>;
    kernels.scores = scores<T>;
    kernels.divergences = divergences<T>;
}

template void addLogitKernels(CudaKernelSet<float>&);
template void addLogitKernels(CudaKernelSet<double>&);

}  // namespace mnemo::cuda
