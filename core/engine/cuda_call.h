// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/cuda_kernels.h"

#include <ATen/core/Tensor.h>
#include <c10/core/DeviceGuard.h>
#include <string>
#include <type_traits>

namespace mnemo {

/// The kernels of libmnemo_cuda.so; null where CUDA cannot be used. Any thread.
const CudaKernels* cudaKernels();

/// Why a module's table cannot be used; empty when it can. @param table may be null: the module has none
std::string cudaTableProblem(const CudaKernels* table);

/// Whether there is a hand-written kernel for tensors like x: float or double, on a CPU, or on a GPU with the module;
/// not while gradients are recorded.
bool hasKernel(const at::Tensor& x);

/// The CUDA kernels for a tensor like x, whose device is the current one as long as this lives; false for x elsewhere.
///
///     if (const CudaCall<T> cuda{x})
///         cuda->softplus(x.data_ptr<T>(), y.data_ptr<T>(), x.numel());
template <typename T>
class CudaCall
{
public:
    explicit CudaCall(const at::Tensor& x)
    {
        if (!x.is_cuda())
            return;
        m_device.reset_device(x.device());
        if constexpr (std::is_same_v<T, float>)
            m_kernels = &cudaKernels()->singles;
        else
            m_kernels = &cudaKernels()->doubles;
    }

    explicit operator bool() const { return m_kernels; }
    const CudaKernelSet<T>* operator->() const { return m_kernels; }

private:
    c10::OptionalDeviceGuard m_device;
    const CudaKernelSet<T>* m_kernels = nullptr;
};

}  // namespace mnemo
