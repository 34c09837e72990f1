// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/rotary.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/engine/cuda_call.h"
#include "core/engine/gradients.h"
#include "core/engine/kernels/attention_kernel.h"

namespace mnemo {
namespace {

constexpr std::int64_t threadWork = 50000;  // entries below which a second thread costs more than it gives

/// In place. @param frequencies_r negative: back
template <typename T>
void turn(const at::Tensor& position_X, std::int64_t longest, const at::Tensor& qkv_XHd3,
          const at::Tensor& frequencies_r)
{
    const at::Tensor angle_Tr = at::outer(at::arange(longest, at::kDouble), frequencies_r);
    const at::Tensor cosine_Tr = angle_Tr.cos().to(qkv_XHd3.options());
    const at::Tensor sine_Tr = angle_Tr.sin().to(qkv_XHd3.options());
    RotateArgs<T> args{.x = qkv_XHd3.data_ptr<T>(),
                       .rowStride = qkv_XHd3.stride(0),
                       .headStride = qkv_XHd3.stride(1),
                       .heads = qkv_XHd3.size(1),
                       .rotated = frequencies_r.size(0),
                       .cosine_Tr = cosine_Tr.data_ptr<T>(),
                       .sine_Tr = sine_Tr.data_ptr<T>(),
                       .position_X = position_X.data_ptr<std::int64_t>()};
    const std::int64_t grain = 1 + threadWork / (2 * args.heads * args.rotated);
    const CudaCall<T> cuda{qkv_XHd3};
    for (int part = 0; part < 2; ++part, args.x += qkv_XHd3.size(2) / 3)
        if (cuda)
            cuda->rotate(args, qkv_XHd3.size(0));
        else
            at::parallel_for(0, qkv_XHd3.size(0), grain,
                             [&](std::int64_t begin, std::int64_t end) { rotateRows(args, begin, end); });
}

void turnAny(const at::Tensor& position_X, std::int64_t longest, const at::Tensor& qkv_XHd3,
             const at::Tensor& frequencies_r)
{
    if (qkv_XHd3.scalar_type() == at::kFloat)
        turn<float>(position_X, longest, qkv_XHd3, frequencies_r);
    else
        turn<double>(position_X, longest, qkv_XHd3, frequencies_r);
}

/// A rotation's backward turns back.
at::Tensor twin(const Rows& rows, const at::Tensor& qkv_XHd3, const at::Tensor& frequencies_r)
{
    const at::Tensor turned = qkv_XHd3.detach().clone(at::MemoryFormat::Contiguous);
    turnAny(rows.positions_X(), rows.longest(), turned, frequencies_r);
    return recorded({qkv_XHd3}, turned,
                    [position_X = rows.positions_X(), longest = rows.longest(), frequencies_r](
                        const at::Tensor& gradient, const std::vector<bool>&) {
                        const at::Tensor back = gradient.clone(at::MemoryFormat::Contiguous);
                        turnAny(position_X, longest, back, -frequencies_r);
                        return std::vector<at::Tensor>{back};
                    });
}

}  // namespace

at::Tensor rotaryFrequencies(std::int64_t rotated, double base)
{
    return at::pow(base, -at::arange(0, rotated, 2, at::kDouble) / double(rotated)).repeat(2);
}

at::Tensor rotateByOperations(const Rows& rows, const at::Tensor& qkv_XHd3, const at::Tensor& frequencies_r)
{
    const at::Tensor angle_X1r =
        at::outer(rows.positions_X().to(at::kDouble), frequencies_r.to(qkv_XHd3.device())).unsqueeze(1);
    const at::Tensor cosine = angle_X1r.cos().to(qkv_XHd3.scalar_type());
    const at::Tensor sine = angle_X1r.sin().to(qkv_XHd3.scalar_type());
    const std::int64_t r = frequencies_r.size(0);
    const auto turned = [&](const at::Tensor& x_XHd) {
        const at::Tensor x = x_XHd.narrow(2, 0, r);
        const at::Tensor half = at::cat({-x.narrow(2, r / 2, r / 2), x.narrow(2, 0, r / 2)}, 2);
        return at::cat({x * cosine + half * sine, x_XHd.narrow(2, r, x_XHd.size(2) - r)}, 2);
    };
    const auto parts = qkv_XHd3.chunk(3, 2);
    return at::cat({turned(parts[0]), turned(parts[1]), parts[2]}, 2);
}

at::Tensor rotateQueriesAndKeys(const Rows& rows, at::Tensor qkv_XHd3, const at::Tensor& frequencies_r)
{
    if (hasTwin(qkv_XHd3))
        return twin(rows, qkv_XHd3, frequencies_r);
    if (!hasKernel(qkv_XHd3))
        return rotateByOperations(rows, qkv_XHd3, frequencies_r);
    turnAny(rows.positions_X(), rows.longest(), qkv_XHd3, frequencies_r);
    return qkv_XHd3;
}

}  // namespace mnemo
