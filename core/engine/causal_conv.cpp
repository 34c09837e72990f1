// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/causal_conv.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

#include "core/engine/cuda_call.h"
#include "core/engine/gradients.h"
#include "core/engine/kernels/conv_kernel.h"
#include "core/engine/kernels/row_kernel.h"

namespace mnemo {
namespace {

constexpr std::int64_t threadWork = 100000;  // entries below which a second thread costs more than it gives

int taps(const at::Tensor& weight_KE)
{
    return static_cast<int>(weight_KE.size(0));
}

at::Tensor biasRows(std::int64_t rows, const at::Tensor& a_XE, const at::Tensor& bias_E)
{
    const at::Tensor like_XE = a_XE.narrow(0, 0, rows);
    return bias_E.defined() ? bias_E.expand_as(like_XE) : at::zeros_like(like_XE);
}

/// Each tap's term on its own: any type, and where single terms are patched or read.
at::Tensor termByTerm(const Rows& rows, const at::Tensor& a_XE, const at::Tensor& weight_KE, const at::Tensor& bias_E,
                      Taps& tap, int layer)
{
    const bool kept = a_XE.size(0) > rows.size();  // then the place for nothing is there
    const at::Tensor padded = kept ? a_XE : at::cat({a_XE, at::zeros({1, a_XE.size(1)}, a_XE.options())});
    at::Tensor u_XE = biasRows(rows.size(), a_XE, bias_E);
    for (int j = 0; j < taps(weight_KE); ++j) {
        const int offset = j + 1 - taps(weight_KE);
        const at::Tensor term = padded.index_select(0, rows.shiftedRows_X(offset)) * weight_KE[j];
        u_XE = u_XE + tap({SiteKind::Conv, layer, offset}, term);
    }
    return u_XE;
}

/// What the kernels read: without gaps, a bias in any case, and the tables of the rows as they are now.
struct ConvInput {
    at::Tensor a_XE, weight_KE, bias_E;
    std::vector<at::Tensor> sources_KX;

    ConvInput(const Rows& rows, const at::Tensor& a, const at::Tensor& weight, const at::Tensor& bias)
        : a_XE(a.contiguous()),
          weight_KE(weight.contiguous()),
          bias_E(bias.defined() ? bias.contiguous() : at::zeros({a.size(1)}, a.options()))
    {
        for (int offset = 1 - taps(weight); offset <= 0; ++offset)
            sources_KX.push_back(rows.shiftedRows_X(offset));
    }

    template <typename T>
    ConvArgs<T> args() const
    {
        ConvArgs<T> args{.a_XE = a_XE.data_ptr<T>(),
                         .weight_KE = weight_KE.data_ptr<T>(),
                         .bias_E = bias_E.data_ptr<T>(),
                         .u_XE = nullptr,
                         .taps = taps(weight_KE),
                         .rows = sources_KX.front().size(0),
                         .channels = a_XE.size(1),
                         .silu = false};
        for (std::size_t j = 0; j < sources_KX.size(); ++j)
            args.sourceRows[j] = sources_KX[j].data_ptr<std::int64_t>();
        return args;
    }
};

template <typename T>
at::Tensor fused(const ConvInput& in, bool silu)
{
    ConvArgs<T> args = in.args<T>();
    at::Tensor u_XE = at::empty({args.rows, args.channels}, in.a_XE.options());
    args.u_XE = u_XE.data_ptr<T>();
    args.silu = silu;
    if (const CudaCall<T> cuda{in.a_XE}) {
        cuda->conv(args);
        return u_XE;
    }
    const std::int64_t grain = 1 + threadWork / (args.channels + 1);
    at::parallel_for(0, args.rows, grain, [&](std::int64_t begin, std::int64_t end) { convRows(args, begin, end); });
    return u_XE;
}

/// From the gradient by c to those by a, weight and bias; u is computed again.
template <typename T>
std::vector<at::Tensor> convGradients(const ConvInput& in, const at::Tensor& gradient)
{
    const at::Tensor u_XE = fused<T>(in, false), gradC = gradient.contiguous(), gradU = at::empty_like(u_XE);
    at::parallel_for(0, u_XE.numel(), threadWork, [&](std::int64_t begin, std::int64_t end) {
        siluBackward(u_XE.data_ptr<T>(), gradC.data_ptr<T>(), gradU.data_ptr<T>(), begin, end);
    });
    const std::vector<at::Tensor> found{at::zeros_like(in.a_XE), at::zeros_like(in.weight_KE),
                                        at::zeros_like(in.bias_E)};
    const ConvArgs<T> args = in.args<T>();
    const ConvGradients<T> gradients{gradU.data_ptr<T>(), found[0].data_ptr<T>(), found[1].data_ptr<T>(),
                                     found[2].data_ptr<T>()};
    const std::int64_t grain = std::max<std::int64_t>(64, threadWork / (args.rows + 1));  // channels
    at::parallel_for(0, args.channels, grain,
                     [&](std::int64_t begin, std::int64_t end) { convBackward(args, gradients, begin, end); });
    return found;
}

/// c, with its backward by hand.
template <typename T>
at::Tensor twin(const Rows& rows, const at::Tensor& a_XE, const at::Tensor& weight_KE, const at::Tensor& bias_E)
{
    const ConvInput in(rows, a_XE.detach(), weight_KE.detach(), bias_E.defined() ? bias_E.detach() : bias_E);
    return recorded(
        {a_XE, weight_KE, bias_E}, fused<T>(in, true),
        [in](const at::Tensor& gradient, const std::vector<bool>&) { return convGradients<T>(in, gradient); });
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
    at::Tensor u_XE = biasRows(a_XE.size(0), a_XE, bias_E);
    for (int j = 0; j < taps(weight_KE); ++j)
        u_XE = u_XE + all_BTE.narrow(1, j, length).reshape(a_XE.sizes()) * weight_KE[j];
    return u_XE;
}

}  // namespace

at::Tensor causalConvSilu(const Rows& rows, const at::Tensor& own_XE, const at::Tensor& weight_KE,
                          const at::Tensor& bias_E, Taps& tap, int layer)
{
    const Site site{SiteKind::Conv, layer};
    bool single = false;
    for (int offset = 1 - taps(weight_KE); offset <= 0; ++offset)
        single = single || tap.active({SiteKind::Conv, layer, offset});
    const at::Tensor a_XE = rows.withKept(layer, own_XE, &KeptLayer::conv_PE, taps(weight_KE) - 1);

    at::Tensor u_XE;
    if (LayerMemory* memory = rows.memory(layer)) {
        u_XE = goOn(*memory, rows, a_XE, weight_KE, bias_E);
    } else if (!single && !tap.active(site) && hasTwin(a_XE) && taps(weight_KE) <= convMaxTaps) {
        return a_XE.scalar_type() == at::kFloat ? twin<float>(rows, a_XE, weight_KE, bias_E)
                                                : twin<double>(rows, a_XE, weight_KE, bias_E);
    } else if (single || !hasKernel(a_XE) || taps(weight_KE) > convMaxTaps) {
        u_XE = termByTerm(rows, a_XE, weight_KE, bias_E, tap, layer);
    } else {
        const bool silu = !tap.active(site);
        const ConvInput in(rows, a_XE, weight_KE, bias_E);
        u_XE = a_XE.scalar_type() == at::kFloat ? fused<float>(in, silu) : fused<double>(in, silu);
        if (silu)
            return u_XE;
    }
    return at::silu(tap(site, u_XE));
}

}  // namespace mnemo
