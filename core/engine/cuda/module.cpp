// SPDX-License-Identifier: GPL-3.0-or-later
// The module that brings LibTorch's GPU libraries and our kernels into a program that is linked without them;
// device.cpp opens it. The libraries register themselves when they are loaded, the kernels are handed over as a table.
#include <c10/cuda/CUDAStream.h>

#include <stdexcept>
#include <string>

#include "core/engine/cuda/launch.h"

namespace mnemo {
namespace cuda {
namespace {

template <typename T>
CudaKernelSet<T> kernelSet()
{
    CudaKernelSet<T> kernels{};
    addRowKernels(kernels);
    addScanKernels(kernels);
    addAttentionKernels(kernels);
    addLogitKernels(kernels);
    return kernels;
}

}  // namespace

cudaStream_t currentStream()
{
    return c10::cuda::getCurrentCUDAStream().stream();
}

void checkLaunch(const char* kernel)
{
    if (const cudaError_t error = cudaGetLastError(); error != cudaSuccess)
        throw std::runtime_error("The GPU refuses the " + std::string(kernel) +
                                 " kernel: " + cudaGetErrorString(error) + ".");
}

}  // namespace cuda

extern "C" __attribute__((visibility("default"))) const CudaKernels* mnemoCudaKernels()
{
    static const CudaKernels kernels{cudaKernelsVersion, cuda::kernelSet<float>(), cuda::kernelSet<double>()};
    return &kernels;
}

}  // namespace mnemo
