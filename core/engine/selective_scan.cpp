// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/selective_scan.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>

#include "core/engine/cuda_call.h"
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
    const at::Tensor saved_SNE = at::empty({order.slots, args.states, args.channels}, like.options());
    args.segments = tables.segments;
    args.saves = tables.saves;
    args.saved_SNE = saved_SNE.data_ptr<T>();
    cuda->scan(args, order.levelEnds.data(), std::int64_t(order.levelEnds.size()));
}

template <typename T>
at::Tensor runKernel(const Rows& rows, const ScanInput& in, const std::function<void()>& checkStop)
{
    const ScanOrder order = scanOrder(rows);
    const at::Tensor c = in.c_XE.contiguous(), delta = in.delta_XE.contiguous(), A = in.A_EN.t().contiguous();
    const at::Tensor B = in.B_XN.contiguous(), C = in.C_XN.contiguous(), D = in.D_E.contiguous();
    const at::Tensor z = in.z_XE.defined() ? in.z_XE.contiguous() : at::Tensor();
    at::Tensor y_XE = at::empty_like(c);
    const ScanArgs<T> args{.u_XE = c.data_ptr<T>(),
                           .delta_XE = delta.data_ptr<T>(),
                           .rawSteps = in.rawSteps,
                           .z_XE = z.defined() ? z.data_ptr<T>() : nullptr,
                           .A_NE = A.data_ptr<T>(),
                           .B_XN = B.data_ptr<T>(),
                           .C_XN = C.data_ptr<T>(),
                           .D_E = D.data_ptr<T>(),
                           .y_XE = y_XE.data_ptr<T>(),
                           .channels = c.size(1),
                           .states = A.size(0),
                           .segments = order.segments.data(),
                           .segmentCount = std::int64_t(order.segments.size()),
                           .saves = order.saves.data(),
                           .slots = order.slots};
    if (const CudaCall<T> cuda{c}) {
        scanOnGpu(cuda, order, args, c);
        return y_XE;
    }
    const std::int64_t blocks = (args.channels + scanLanes - 1) / scanLanes;
    const std::int64_t blockWork = args.states * scanLanes * c.size(0) + 1;
    const std::int64_t slice = 8 * (1 + stopWork / blockWork / 8);  // four blocks go together, on each of two threads
    for (std::int64_t from = 0; from < blocks; from += slice) {
        checkStop();
        at::parallel_for(from, std::min(blocks, from + slice), 1 + threadWork / blockWork,
                         [&](std::int64_t begin, std::int64_t end) { scanBlocks(args, begin, end); });
    }
    return y_XE;
}

}  // namespace

at::Tensor ScanInput::steps(const at::Tensor& delta) const
{
    return rawSteps ? mnemo::softplus(delta) : delta;
}

at::Tensor scanByBlocks(const Rows& rows, const ScanInput& input, const std::function<void()>& checkStop)
{
    return input.c_XE.scalar_type() == at::kFloat ? runKernel<float>(rows, input, checkStop)
                                                  : runKernel<double>(rows, input, checkStop);
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

at::Tensor selectiveScan(const Rows& rows, const ScanInput& input, Taps& tap, int layer)
{
    const bool inside = tap.active({SiteKind::Write, layer}) || tap.active({SiteKind::State, layer});
    const bool kernel = !inside && !rows.memory(layer) && hasKernel(input.c_XE) && input.A_EN.size(1) <= scanMaxStates;
    at::Tensor s_XE =
        kernel ? scanByBlocks(rows, input, [&] { tap.checkStop(); }) : scanByTokens(rows, input, tap, layer);
    rows.fillEntries(s_XE);
    return s_XE;
}

at::Tensor tapScan(const Rows& rows, const ScanInput& input, const at::Tensor& s_XE, Taps& tap, int layer)
{
    return tap({SiteKind::S, layer}, s_XE, [&](int run, int query, const std::vector<int>& keys) {
        return hiddenAttention(rows, input, run, query, keys);
    });
}

}  // namespace mnemo
