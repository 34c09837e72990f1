// SPDX-License-Identifier: GPL-3.0-or-later
// Each operation twice: as a kernel, and in at:: operations for every type of numbers.
#include "core/engine/row_ops.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "core/engine/cuda_call.h"
#include "core/engine/gradients.h"
#include "core/engine/kernels/row_kernel.h"

namespace mnemo {
namespace {

constexpr std::int64_t sliceEntries = 4'000'000;  // of a slow operation between two stop checks
constexpr std::int64_t threadWork = 50000;        // entries below which a second thread costs more than it gives

template <typename T>
at::Tensor rmsNormFast(const at::Tensor& x_XD, const at::Tensor& weight_D, double epsilon)
{
    const at::Tensor x = x_XD.contiguous();
    const at::Tensor weight = weight_D.to(x.scalar_type()).contiguous();
    at::Tensor y_XD = at::empty_like(x);
    if (const CudaCall<T> cuda{x}) {
        cuda->rmsNorm(x.data_ptr<T>(), weight.data_ptr<T>(), y_XD.data_ptr<T>(), epsilon, x.size(1), x.size(0));
        return y_XD;
    }
    at::parallel_for(0, x.size(0), 1 + threadWork / x.size(1), [&](std::int64_t begin, std::int64_t end) {
        rmsNormRows(x.data_ptr<T>(), weight.data_ptr<T>(), y_XD.data_ptr<T>(), epsilon, x.size(1), begin, end);
    });
    return y_XD;
}

template <typename T>
at::Tensor rmsNormTwin(const at::Tensor& x_XD, const at::Tensor& weight_D, double epsilon)
{
    const at::Tensor x = x_XD.detach().contiguous(), weight = weight_D.detach().contiguous();
    const Backward backward = [x, weight, epsilon](const at::Tensor& gradient, const std::vector<bool>&) {
        const at::Tensor gradY = gradient.contiguous(), gradX = at::empty_like(x);
        const std::int64_t D = x.size(1);
        const at::Tensor gradWeight_PD = at::zeros({at::get_num_threads(), D}, x.options());  // P: of each thread
        at::parallel_for(0, x.size(0), 1 + threadWork / D, [&](std::int64_t begin, std::int64_t end) {
            rmsNormBackward(x.data_ptr<T>(), weight.data_ptr<T>(), gradY.data_ptr<T>(), gradX.data_ptr<T>(),
                            gradWeight_PD.data_ptr<T>() + at::get_thread_num() * D, epsilon, D, begin, end);
        });
        return std::vector<at::Tensor>{gradX, gradWeight_PD.sum(0)};
    };
    return recorded({x_XD, weight_D}, rmsNormFast<T>(x, weight, epsilon), backward);
}

template <typename T>
at::Tensor gateFast(const at::Tensor& s_XE, const at::Tensor& z_XE)
{
    const at::Tensor s = s_XE.contiguous(), z = z_XE.contiguous();
    at::Tensor y_XE = at::empty_like(s);
    if (const CudaCall<T> cuda{s}) {
        cuda->gate(s.data_ptr<T>(), z.data_ptr<T>(), y_XE.data_ptr<T>(), s.numel());
        return y_XE;
    }
    at::parallel_for(0, s.numel(), threadWork, [&](std::int64_t begin, std::int64_t end) {
        gateEntries(s.data_ptr<T>(), z.data_ptr<T>(), y_XE.data_ptr<T>(), begin, end);
    });
    return y_XE;
}

template <typename T>
at::Tensor softplusFast(const at::Tensor& x_XE)
{
    const at::Tensor x = x_XE.contiguous();
    at::Tensor y_XE = at::empty_like(x);
    if (const CudaCall<T> cuda{x}) {
        cuda->softplus(x.data_ptr<T>(), y_XE.data_ptr<T>(), x.numel());
        return y_XE;
    }
    at::parallel_for(0, x.numel(), threadWork, [&](std::int64_t begin, std::int64_t end) {
        softplusEntries(x.data_ptr<T>(), y_XE.data_ptr<T>(), begin, end);
    });
    return y_XE;
}

}  // namespace

at::Tensor softplus(const at::Tensor& x_XE)
{
    if (!hasKernel(x_XE))
        return at::softplus(x_XE);
    return x_XE.scalar_type() == at::kFloat ? softplusFast<float>(x_XE) : softplusFast<double>(x_XE);
}

at::Tensor gelu(const at::Tensor& x_XM, const Taps& tap)
{
    const std::int64_t rows = 1 + sliceEntries / (x_XM.size(1) + 1);
    if (at::GradMode::is_enabled() || x_XM.size(0) <= rows)
        return at::gelu(x_XM);
    at::Tensor y_XM = at::empty_like(x_XM);
    for (std::int64_t row = 0; row < x_XM.size(0); row += rows) {
        const std::int64_t count = std::min(rows, x_XM.size(0) - row);
        at::Tensor y = y_XM.narrow(0, row, count);
        at::gelu_out(y, x_XM.narrow(0, row, count));
        tap.checkStop();
    }
    return y_XM;
}

at::Tensor rmsNorm(const at::Tensor& x_XD, const at::Tensor& weight_D, double epsilon)
{
    if (hasKernel(x_XD))
        return x_XD.scalar_type() == at::kFloat ? rmsNormFast<float>(x_XD, weight_D, epsilon)
                                                : rmsNormFast<double>(x_XD, weight_D, epsilon);
    if (hasTwin(x_XD))
        return x_XD.scalar_type() == at::kFloat ? rmsNormTwin<float>(x_XD, weight_D, epsilon)
                                                : rmsNormTwin<double>(x_XD, weight_D, epsilon);
    return x_XD * at::rsqrt(x_XD.square().mean(-1, true) + epsilon) * weight_D;
}

at::Tensor gate(const at::Tensor& s_XE, const at::Tensor& z_XE, Taps& tap, int layer)
{
    const Site site{SiteKind::G, layer};
    if (tap.active(site) || !hasKernel(s_XE))
        return s_XE * tap(site, at::silu(z_XE));
    return s_XE.scalar_type() == at::kFloat ? gateFast<float>(s_XE, z_XE) : gateFast<double>(s_XE, z_XE);
}

}  // namespace mnemo
