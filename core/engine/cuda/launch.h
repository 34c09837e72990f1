// SPDX-License-Identifier: GPL-3.0-or-later
// What the launchers share. No torch header here: nvcc would read it once for every GPU.
#pragma once
#include "core/engine/cuda_kernels.h"

#include <cuda_runtime_api.h>

namespace mnemo::cuda {

/// Torch's, of the current device.
cudaStream_t currentStream();

/// @throws std::runtime_error naming the kernel when its launch failed
void checkLaunch(const char* kernel);

constexpr int threads = 256;  ///< of a block

constexpr unsigned blocksFor(std::int64_t items, std::int64_t perBlock = threads)
{
    return unsigned((items + perBlock - 1) / perBlock);
}

// One file each: row_kernels.cu, scan_kernels.cu, attention_kernels.cu, logit_kernels.cu.
template <typename T>
void addRowKernels(CudaKernelSet<T>& kernels);
template <typename T>
void addScanKernels(CudaKernelSet<T>& kernels);
template <typename T>
void addAttentionKernels(CudaKernelSet<T>& kernels);
template <typename T>
void addLogitKernels(CudaKernelSet<T>& kernels);

}  // namespace mnemo::cuda
