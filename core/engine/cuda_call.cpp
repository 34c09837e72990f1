// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/cuda_call.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace mnemo {

std::string cudaTableProblem(const CudaKernels* table)
{
    if (!table)
        return "libmnemo_cuda.so has no kernels: it is of an older version than this program";
    if (table->version != cudaKernelsVersion)
        return "libmnemo_cuda.so has kernels of version " + std::to_string(table->version) +
               ", this program needs version " + std::to_string(cudaKernelsVersion);
    return {};
}

bool hasKernel(const at::Tensor& x)
{
    const bool type = x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble;
    return type && !at::GradMode::is_enabled() && (x.device().is_cpu() || (x.is_cuda() && cudaKernels()));
}

}  // namespace mnemo
