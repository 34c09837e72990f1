// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, D and E channels.
#include "core/engine/cuda/groups.cuh"
#include "core/engine/cuda/launch.h"
#include "core/engine/cuda/row_body.h"

namespace mnemo::cuda {
namespace {

/// This thread's item of a grid without gaps.
__device__ std::int64_t item()
{
    return std::int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
}

/// Blocks of one row stand beside each other in the grid: they read the same source rows.
template <typename T>
__global__ void convKernel(const __grid_constant__ ConvArgs<T> args, unsigned blocksPerRow)
{
    const std::int64_t row = blockIdx.x / blocksPerRow;
    const std::int64_t channel = std::int64_t(blockIdx.x % blocksPerRow) * blockDim.x + threadIdx.x;
    if (channel < args.channels)
        args.u_XE[row * args.channels + channel] = convEntry(args, row, channel);
}

template <typename T>
__global__ void rmsNormKernel(const T* x_XD, const T* weight_D, T* y_XD, double epsilon, std::int64_t channels)
{
    const std::int64_t at = std::int64_t(blockIdx.x) * channels;
    rmsNormRow(Block(), x_XD + at, weight_D, y_XD + at, epsilon, channels);
}

template <typename T>
__global__ void softplusKernel(const T* x, T* y, std::int64_t count)
{
    if (item() < count)
        y[item()] = softplus(x[item()]);
}

template <typename T>
__global__ void gateKernel(const T* s, const T* z, T* y, std::int64_t count)
{
    if (item() < count)
        y[item()] = s[item()] * silu(z[item()]);
}

template <typename T>
void conv(const ConvArgs<T>& args)
{
    if (args.rows == 0)
        return;
    const unsigned blocksPerRow = blocksFor(args.channels);
    convKernel<<<unsigned(args.rows) * blocksPerRow, threads, 0, currentStream()>>>(args, blocksPerRow);
    checkLaunch("convolution");
}

template <typename T>
void rmsNorm(const T* x_XD, const T* weight_D, T* y_XD, double epsilon, std::int64_t channels, std::int64_t rows)
{
    if (rows == 0)
        return;
    rmsNormKernel<<<unsigned(rows), threads, 0, currentStream()>>>(x_XD, weight_D, y_XD, epsilon, channels);
    checkLaunch("norm");
}

template <typename T>
void softplusAll(const T* x, T* y, std::int64_t count)
{
    if (count == 0)
        return;
    softplusKernel<<<blocksFor(count), threads, 0, currentStream()>>>(x, y, count);
    checkLaunch("softplus");
}

template <typename T>
void gate(const T* s, const T* z, T* y, std::int64_t count)
{
    if (count == 0)
        return;
    gateKernel<<<blocksFor(count), threads, 0, currentStream()>>>(s, z, y, count);
    checkLaunch("gate");
}

}  // namespace

template <typename T>
void addRowKernels(CudaKernelSet<T>& kernels)
{
    kernels.conv = conv<T>;
    kernels.rmsNorm = rmsNorm<T>;
    kernels.softplus = softplusAll<T>;
    kernels.gate = gate<T>;
}

template void addRowKernels(CudaKernelSet<float>&);
template void addRowKernels(CudaKernelSet<double>&);

}  // namespace mnemo::cuda
