// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, H heads, r rotated entries of a head.
#include "core/engine/cuda/attention_body.h"
#include "core/engine/cuda/groups.cuh"
#include "core/engine/cuda/launch.h"
#include "core/engine/cuda/row_body.h"

namespace mnemo::cuda {
namespace {

constexpr int warps = threads / 32;

/// One warp per head of a row; the heads of a row stand beside each other, since they read neighbouring entries.
template <typename T>
__global__ void attendKernel(const __grid_constant__ AttentionArgs<T> args, std::int64_t rows)
{
    const std::int64_t item = std::int64_t(blockIdx.x) * warps + threadIdx.x / 32;
    if (item < rows * args.heads)  // the same for the whole warp
        Attend(Warp(), args, item / args.heads, item % args.heads).run();
}

template <typename T>
__global__ void rotateKernel(const __grid_constant__ RotateArgs<T> args, std::int64_t rows)
{
    const std::int64_t item = std::int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    const std::int64_t half = args.rotated / 2;
    if (item < rows * args.heads * half)
        rotatePair(args, item / half / args.heads, item / half % args.heads, item % half);
}

template <typename T>
void attend(const AttentionArgs<T>& args, std::int64_t rows)
{
    if (rows == 0)
        return;
    attendKernel<<<blocksFor(rows * args.heads, warps), threads, 0, currentStream()>>>(args, rows);
    checkLaunch("attention");
}

template <typename T>
void rotate(const RotateArgs<T>& args, std::int64_t rows)
{
    const std::int64_t pairs = rows * args.heads * (args.rotated / 2);
    if (pairs == 0)
        return;
    rotateKernel<<<blocksFor(pairs), threads, 0, currentStream()>>>(args, rows);
    checkLaunch("rotation");
}

}  // namespace

template <typename T>
void addAttentionKernels(CudaKernelSet<T>& kernels)
{
    kernels.attend = attend<T>;
    kernels.rotate = rotate<T>;
}

template void addAttentionKernels(CudaKernelSet<float>&);
template void addAttentionKernels(CudaKernelSet<double>&);

}  // namespace mnemo::cuda
