// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/causal_conv.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/engine/cuda_call.h"
#include "core/engine/kernels/conv_kernel.h"

namespace mnemo {
namespace {

constexpr std::int64_t threadWork = 100000;  // entries below which a second thread costs more than it gives

int taps(const at::Tensor& weight_KE)
{
    return static_cast<int>(weight_KE.size(0));
}

at::Tensor biasRows(const at::Tensor& a_XE, const at::Tensor& bias_E)
{
    return bias_E.defined() ? bias_E.expand_as(a_XE) : at::zeros_like(a_XE);
}

/// Each tap's term on its own: any type, with gradients, and where single terms are patched or read.
at::Tensor termByTerm(const Rows& rows, const at::Tensor& a_XE, const at::Tensor& weight_KE, const at::Tensor& bias_E,
                      Taps& tap, int layer)
{
    const at::Tensor padded = at::cat({a_XE, at::zeros({1, a_XE.size(1)}, a_XE.options())});
    at::Tensor u_XE = biasRows(a_XE, bias_E);
    for (int j = 0; j < taps(weight_KE); ++j) {
        const int offset = j + 1 - taps(weight_KE);
        const at::Tensor term = padded.index_select(0, rows.shiftedRows_X(offset)) * weight_KE[j];
        u_XE = u_XE + tap({SiteKind::Conv, layer, offset}, term);
    }
    return u_XE;
}

template <typename T>
at::Tensor fused(const Rows& rows, const at::Tensor& a_XE, const at::Tensor& weight_KE, const at::Tensor& bias_E,
                 bool silu)
{
    const at::Tensor a = a_XE.contiguous();
    const at::Tensor bias = bias_E.defined() ? bias_E.contiguous() : at::zeros({a.size(1)}, a.options());
    at::Tensor u_XE = at::empty_like(a);
    ConvArgs<T> args{.a_XE = a.data_ptr<T>(),
                     .weight_KE = weight_KE.data_ptr<T>(),
                     .bias_E = bias.data_ptr<T>(),
                     .u_XE = u_XE.data_ptr<T>(),
                     .taps = taps(weight_KE),
                     .rows = a.size(0),
                     .channels = a.size(1),
                     .silu = silu};
    for (int j = 0; j < args.taps; ++j)  // tables that `rows` keeps
        args.sourceRows[j] = rows.shiftedRows_X(j + 1 - args.taps).template data_ptr<std::int64_t>();
    if (const CudaCall<T> cuda{a}) {
        cuda->conv(args);
        return u_XE;
    }
    const std::int64_t grain = 1 + threadWork / (a.size(1) + 1);
    at::parallel_for(0, a.size(0), grain, [&](std::int64_t begin, std::int64_t end) { convRows(args, begin, end); });
    return u_XE;
}

/// Sequences of one length that go on from a memory.
at::Tensor goOn(LayerMemory& memory, const Rows& rows, const at::Tensor& a_XE, const at::Tensor& weight_KE,
                const at::Tensor& bias_E)
{
    const std::int64_t batch = rows.runs();
    const std::int64_t length = rows.size() / batch;
    const std::int64_t before = taps(weight_KE) - 1;
    if (!memory.conv_B3E.defined())
        memory.conv_B3E = at::zeros({batch, before, a_XE.size(1)}, a_XE.options());
    const at::Tensor all_BTE = at::cat({memory.conv_B3E, a_XE.view({batch, length, -1})}, 1);
    memory.conv_B3E = all_BTE.narrow(1, length, before).contiguous();
    at::Tensor u_XE = biasRows(a_XE, bias_E);
    for (int j = 0; j < taps(weight_KE); ++j)
        u_XE = u_XE + all_BTE.narrow(1, j, length).reshape(a_XE.sizes()) * weight_KE[j];
    return u_XE;
}

}  // namespace

at::Tensor causalConvSilu(const Rows& rows, const at::Tensor& a_XE, const at::Tensor& weight_KE,
                          const at::Tensor& bias_E, Taps& tap, int layer)
{
    const Site site{SiteKind::Conv, layer};
    bool single = false;
    for (int offset = 1 - taps(weight_KE); offset <= 0; ++offset)
        single = single || tap.active({SiteKind::Conv, layer, offset});

    at::Tensor u_XE;
    if (LayerMemory* memory = rows.memory(layer)) {
        u_XE = goOn(*memory, rows, a_XE, weight_KE, bias_E);
    } else if (single || !hasKernel(a_XE) || taps(weight_KE) > convMaxTaps) {
        u_XE = termByTerm(rows, a_XE, weight_KE, bias_E, tap, layer);
    } else {
        const bool silu = !tap.active(site);
        u_XE = a_XE.scalar_type() == at::kFloat ? fused<float>(rows, a_XE, weight_KE, bias_E, silu)
                                                : fused<double>(rows, a_XE, weight_KE, bias_E, silu);
        if (silu)
            return u_XE;
    }
    return at::silu(tap(site, u_XE));
}

}  // namespace mnemo
