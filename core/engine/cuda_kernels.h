// SPDX-License-Identifier: GPL-3.0-or-later
// What libmnemo_cuda.so offers: functions on plain pointers, since the engine is linked without it.
// Letters: X packed rows, R rows of logits, V vocabulary, P questions.
#pragma once
#include "core/engine/kernels/attention_kernel.h"
#include "core/engine/kernels/conv_kernel.h"
#include "core/engine/kernels/scan_kernel.h"

#include <cstdint>

namespace mnemo {

/// Rows of logits on the device.
template <typename T>
struct LogitRows {
    const T* logits_RV;
    std::int64_t rows;
    std::int64_t vocabulary;
};

/// The kernels for one type of numbers. All pointers are to memory of the current device, also those inside the
/// arguments. A call puts its work on torch's current stream and returns at once.
/// @throws std::runtime_error when the device refuses the work
template <typename T>
struct CudaKernelSet {
    void (*conv)(const ConvArgs<T>& args);
    /// @param levelEnds on the host: segments up to each end start from states of earlier levels only
    void (*scan)(const ScanArgs<T>& args, const std::int64_t* levelEnds, std::int64_t levels);
    void (*rmsNorm)(const T* x_XD, const T* weight_D, T* y_XD, double epsilon, std::int64_t channels,
                    std::int64_t rows);
    void (*softplus)(const T* x, T* y, std::int64_t count);
    void (*gate)(const T* s, const T* z, T* y, std::int64_t count);
    void (*attend)(const AttentionArgs<T>& args, std::int64_t rows);
    void (*rotate)(const RotateArgs<T>& args, std::int64_t rows);
    void (*logSumExp)(const LogitRows<T>& logits, double* lse_R);
    /// The logit of a token in a row, and its rank there: how many are strictly above.
    void (*scores)(const LogitRows<T>& logits, const std::int64_t* row_P, const std::int64_t* token_P, double* logit_P,
                   double* rank_P, std::int64_t count);
    /// KL(from ‖ to) of two rows with the given log-sum-exps. In nats.
    void (*divergences)(const LogitRows<T>& logits, const double* lse_R, const std::int64_t* from_P,
                        const std::int64_t* to_P, double* kl_P, std::int64_t count);
};

/// Counts up with every change of this table or of a struct it hands over.
inline constexpr std::int32_t cudaKernelsVersion = 2;

struct CudaKernels {
    std::int32_t version;  ///< stays first
    CudaKernelSet<float> singles;
    CudaKernelSet<double> doubles;
};

/// The one symbol of the module.
using CudaKernelsFunction = const CudaKernels* (*)();
inline constexpr const char* cudaKernelsSymbol = "mnemoCudaKernels";

}  // namespace mnemo
