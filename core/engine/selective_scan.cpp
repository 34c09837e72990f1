// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/selective_scan.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>

#include "core/engine/cuda_call.h"
#include "core/engine/gradients.h"
#include "core/engine/kernels/scan_backward.h"
#include "core/engine/row_ops.h"
#include "core/engine/scan_order.h"

namespace mnemo {
namespace {

constexpr std::int64_t threadWork = 100000;     // state updates below which a second thread costs more than it gives
constexpr std::int64_t stopWork = 100'000'000;  // state updates between two stop checks: some 30 ms of one core

/// The tables that the kernels read, on a device: one transfer.
struct DeviceOrder {
    at::Tensor words;
    const ScanSegment* segments = nullptr;
    const ScanSave* saves = nullptr;

    DeviceOrder(const ScanOrder& order, at::Device device)
    {
        static_assert(sizeof(ScanSegment) % sizeof(std::int64_t) == 0 && sizeof(ScanSave) % sizeof(std::int64_t) == 0);
        constexpr std::size_t perSegment = sizeof(ScanSegment) / sizeof(std::int64_t);
        constexpr std::size_t perSave = sizeof(ScanSave) / sizeof(std::int64_t);
        std::vector<std::int64_t> host(order.segments.size() * perSegment + order.saves.size() * perSave);
        std::int64_t* const behind = host.data() + order.segments.size() * perSegment;
        std::memcpy(host.data(), order.segments.data(), order.segments.size() * sizeof(ScanSegment));
        std::memcpy(behind, order.saves.data(), order.saves.size() * sizeof(ScanSave));
        words = indexTensor(host, device);
        segments = reinterpret_cast<const ScanSegment*>(words.data_ptr<std::int64_t>());
        saves = reinterpret_cast<const ScanSave*>(segments + order.segments.size());
    }
};

template <typename T>
void scanOnGpu(const CudaCall<T>& cuda, const ScanOrder& order, ScanArgs<T> args, const at::Tensor& like)
{
    const DeviceOrder tables(order, like.device());
    const at::Tensor own_SNE =
        args.saved_SNE ? at::Tensor() : at::empty({order.slots, args.states, args.channels}, like.options());
    args.segments = tables.segments;
    args.saves = tables.saves;
    if (!args.saved_SNE)
        args.saved_SNE = own_SNE.data_ptr<T>();
    cuda->scan(args, order.levelEnds.data(), std::int64_t(order.levelEnds.size()));
}

/// What the kernels read, without gaps.
struct Prepared {
    at::Tensor c, delta, A, B, C, D, z;
    bool rawSteps;
    ScanOrder order;
    at::Tensor saved_SNE;  // where states come from other passes or go to them

    Prepared(const Rows& rows, const ScanInput& in)
        : c(in.c_XE.contiguous()),
          delta(in.delta_XE.contiguous()),
          A(in.A_EN.t().contiguous()),
          B(in.B_XN.contiguous()),
          C(in.C_XN.contiguous()),
          D(in.D_E.contiguous()),
          z(in.z_XE.defined() ? in.z_XE.contiguous() : at::Tensor()),
          rawSteps(in.rawSteps),
          order(scanOrder(rows))
    {
        if (order.kept.empty())
            return;
        saved_SNE = at::empty({order.slots, A.size(0), A.size(1)}, A.options());
        if (in.kept_GNE.defined())
            saved_SNE.narrow(0, 0, order.given).copy_(in.kept_GNE);
    }

    template <typename T>
    ScanArgs<T> args(T* y_XE) const
    {
        return {.u_XE = c.data_ptr<T>(),
                .delta_XE = delta.data_ptr<T>(),
                .rawSteps = rawSteps,
                .z_XE = z.defined() ? z.data_ptr<T>() : nullptr,
                .A_NE = A.data_ptr<T>(),
                .B_XN = B.data_ptr<T>(),
                .C_XN = C.data_ptr<T>(),
                .D_E = D.data_ptr<T>(),
                .y_XE = y_XE,
                .channels = c.size(1),
                .states = A.size(0),
                .segments = order.segments.data(),
                .segmentCount = std::int64_t(order.segments.size()),
                .saves = order.saves.data(),
                .slots = order.slots,
                .given = order.given,
                .saved_SNE = saved_SNE.defined() ? saved_SNE.data_ptr<T>() : nullptr};
    }
};

template <typename T>
at::Tensor runKernel(const Prepared& in, const std::function<void()>& checkStop)
{
    at::Tensor y_XE = at::empty_like(in.c);
    const ScanArgs<T> args = in.args<T>(y_XE.data_ptr<T>());
    if (const CudaCall<T> cuda{in.c}) {
        scanOnGpu(cuda, in.order, args, in.c);
        return y_XE;
    }
    const std::int64_t blocks = (args.channels + scanLanes - 1) / scanLanes;
    const std::int64_t blockWork = args.states * scanLanes * in.c.size(0) + 1;
    const std::int64_t slice = 8 * (1 + stopWork / blockWork / 8);  // four blocks go together, on each of two threads
    for (std::int64_t from = 0; from < blocks; from += slice) {
        checkStop();
        at::parallel_for(from, std::min(blocks, from + slice), 1 + threadWork / blockWork,
                         [&](std::int64_t begin, std::int64_t end) { scanBlocks(args, begin, end); });
    }
    return y_XE;
}

/// From the gradient by y to those by c, Δ, A, B, C, D and z, in this order.
template <typename T>
std::vector<at::Tensor> scanGradients(const Prepared& in, const at::Tensor& gradient)
{
    const at::Tensor gradY = gradient.contiguous(), gradA_NE = at::empty_like(in.A);
    const at::Tensor gradC = at::empty_like(in.c), gradDelta = at::empty_like(in.delta), gradD = at::empty_like(in.D);
    const at::Tensor gradZ = in.z.defined() ? at::empty_like(in.z) : at::Tensor();
    const std::int64_t blocks = (in.c.size(1) + scanLanes - 1) / scanLanes;
    const std::int64_t parts = std::min<std::int64_t>(at::get_num_threads(), blocks);
    const at::Tensor sums_P2XN = at::zeros({parts, 2, in.B.size(0), in.B.size(1)}, in.B.options());
    const ScanArgs<T> args = in.args<T>(nullptr);
    at::parallel_for(0, parts, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t part = begin; part < end; ++part) {
            T* const sums = sums_P2XN.data_ptr<T>() + part * 2 * in.B.numel();
            const ScanGradients<T> gradients{.y_XE = gradY.data_ptr<T>(),
                                             .u_XE = gradC.data_ptr<T>(),
                                             .delta_XE = gradDelta.data_ptr<T>(),
                                             .z_XE = gradZ.defined() ? gradZ.data_ptr<T>() : nullptr,
                                             .A_NE = gradA_NE.data_ptr<T>(),
                                             .B_XN = sums,
                                             .C_XN = sums + in.B.numel(),
                                             .D_E = gradD.data_ptr<T>()};
            scanBlocksBackward(args, gradients, part * blocks / parts, (part + 1) * blocks / parts);
        }
    });
    const at::Tensor sum_2XN = sums_P2XN.sum(0);
    return {gradC, gradDelta, gradA_NE.t(), sum_2XN[0], sum_2XN[1], gradD, gradZ};
}

/// The kernel, with its backward by hand.
template <typename T>
at::Tensor twin(const Rows& rows, const ScanInput& in, const std::function<void()>& checkStop, KeptLayer* keep)
{
    const auto prepared = std::make_shared<const Prepared>(rows, in.detached());
    const at::Tensor y_XE = runKernel<T>(*prepared, checkStop);
    if (keep)
        rows.put(keep->state_GNE,
                 prepared->saved_SNE.index_select(0, indexTensor(prepared->order.kept, y_XE.device())));
    return recorded({in.c_XE, in.delta_XE, in.A_EN, in.B_XN, in.C_XN, in.D_E, in.z_XE}, y_XE,
                    [prepared](const at::Tensor& gradient, const std::vector<bool>&) {
                        return scanGradients<T>(*prepared, gradient);
                    });
}

}  // namespace

ScanInput ScanInput::detached() const
{
    return {.c_XE = c_XE.detach(),
            .delta_XE = delta_XE.detach(),
            .A_EN = A_EN.detach(),
            .B_XN = B_XN.detach(),
            .C_XN = C_XN.detach(),
            .D_E = D_E.detach(),
            .rawSteps = rawSteps,
            .z_XE = z_XE.defined() ? z_XE.detach() : z_XE,
            .kept_GNE = kept_GNE};
}

at::Tensor ScanInput::steps(const at::Tensor& delta) const
{
    return rawSteps ? mnemo::softplus(delta) : delta;
}

at::Tensor scanByBlocks(const Rows& rows, const ScanInput& input, const std::function<void()>& checkStop,
                        KeptLayer* keep)
{
    return input.c_XE.scalar_type() == at::kFloat ? twin<float>(rows, input, checkStop, keep)
                                                  : twin<double>(rows, input, checkStop, keep);
}

at::Tensor hiddenAttention(const Rows& rows, const ScanInput& input, int run, int query, const std::vector<int>& keys)
{
    std::vector<std::int64_t> path;
    for (int token = 0; token <= query; ++token)
        path.push_back(rows.mixingRowOf(run, token));
    const at::Tensor at = indexTensor(path, input.c_XE.device());
    const at::Tensor delta_TE = input.steps(input.delta_XE.index_select(0, at));
    const at::Tensor sum_TE = delta_TE.cumsum(0);
    const at::Tensor write_TE = delta_TE * input.c_XE.index_select(0, at);
    const at::Tensor B_TN = input.B_XN.index_select(0, at);
    const at::Tensor C_N = input.C_XN[path.back()];
    at::Tensor term_E = at::zeros({input.c_XE.size(1)}, input.c_XE.options());
    for (const int key : keys) {
        if (key > query)
            continue;
        const at::Tensor decay_EN = at::exp((sum_TE[query] - sum_TE[key]).unsqueeze(1) * input.A_EN);
        term_E = term_E + at::mv(decay_EN, C_N * B_TN[key]) * write_TE[key];
    }
    return term_E;
}

at::Tensor selectiveScan(const Rows& rows, const ScanInput& own, Taps& tap, int layer)
{
    ScanInput input = own;
    if (const KeptLayer* kept = rows.kept(layer))
        input.kept_GNE = kept->state_GNE;
    const bool inside = tap.active({SiteKind::Write, layer}) || tap.active({SiteKind::State, layer});
    const bool kernel = !inside && !rows.memory(layer) && (hasKernel(input.c_XE) || hasTwin(input.c_XE)) &&
                        input.A_EN.size(1) <= scanMaxStates;
    at::Tensor s_XE = kernel ? scanByBlocks(
                                   rows, input, [&] { tap.checkStop(); }, rows.toKeep(layer))
                             : scanByTokens(rows, input, tap, layer);
    rows.fillEntries(s_XE);
    return s_XE;
}

at::Tensor tapScan(const Rows& rows, const ScanInput& input, at::Tensor s_XE, Taps& tap, int layer)
{
    return tap({SiteKind::S, layer}, std::move(s_XE), [&](int run, int query, const std::vector<int>& keys) {
        return hiddenAttention(rows, input, run, query, keys);
    });
}

}  // namespace mnemo
