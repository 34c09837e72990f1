// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, G runs of one group, Q queries and T keys of each, H heads, d head width.
#include "core/engine/attention.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/engine/cuda_call.h"
#include "core/engine/gradients.h"
#include "core/engine/kernels/attention_kernel.h"

namespace mnemo {
namespace {

constexpr std::int64_t groupEntries = std::int64_t(1) << 24;  // keys, values and weights gathered at once
constexpr std::int64_t threadWork = 100000;     // multiply-adds below which a second thread costs more than it gives
constexpr std::int64_t stopWork = 100'000'000;  // multiply-adds between two stop checks

/// Runs with the same first token and length: one batched product.
struct Group {
    int first = 0;
    int length = 0;
    std::vector<Segment> segments;
};

std::vector<Group> groupsOf(const Rows& rows, std::int64_t width, std::int64_t heads)
{
    std::map<std::pair<int, int>, std::vector<Segment>> alike;
    for (const Segment& segment : rows.segments())
        alike[{segment.first, segment.first + segment.count}].push_back(segment);
    std::vector<Group> groups;
    for (const auto& [shape, segments] : alike) {
        const std::int64_t entries = std::int64_t(shape.second) * (2 * width + heads * (shape.second - shape.first));
        const auto most = std::size_t(std::max<std::int64_t>(1, groupEntries / entries));
        for (std::size_t begin = 0; begin < segments.size(); begin += most)
            groups.push_back({shape.first,
                              shape.second,
                              {segments.begin() + std::ptrdiff_t(begin),
                               segments.begin() + std::ptrdiff_t(std::min(segments.size(), begin + most))}});
    }
    return groups;
}

at::Tensor queryRows(const Group& group, at::Device device)
{
    std::vector<std::int64_t> rows;
    for (const Segment& s : group.segments)
        for (int i = 0; i < s.count; ++i)
            rows.push_back(s.row + i);
    return indexTensor(rows, device);
}

at::Tensor keyRows(const Rows& rows, const Group& group, at::Device device)
{
    std::vector<std::int64_t> keys;
    for (const Segment& s : group.segments)
        for (int token = 0; token < group.length; ++token)
            keys.push_back(rows.rowOf(s.run, token));
    return indexTensor(keys, device);
}

/// Softmax of masked logits. @param q_GHQd, k_GHTd; @param hidden [G, 1, Q, T] or undefined: keys cut by Mask
at::Tensor weights(const at::Tensor& q_GHQd, const at::Tensor& k_GHTd, const at::Tensor& hidden)
{
    const std::int64_t queries = q_GHQd.size(2);
    const std::int64_t keys = k_GHTd.size(2);
    at::Tensor future = at::ones({queries, keys}, q_GHQd.options().dtype(at::kBool)).triu(keys - queries + 1);
    if (hidden.defined())
        future = future.logical_or(hidden);
    const at::Tensor scores = at::matmul(q_GHQd, k_GHTd.transpose(2, 3)) / std::sqrt(double(q_GHQd.size(3)));
    const at::Tensor weights = scores.masked_fill(future, -std::numeric_limits<double>::infinity()).softmax(-1);
    return hidden.defined() ? weights.masked_fill(future, 0) : weights;
}

/// [G, 1, Q, T]: keys that Masks cut for the rows of this group.
at::Tensor hiddenKeys(const Group& group, const std::vector<std::pair<std::int64_t, std::vector<int>>>& masked,
                      at::Device device)
{
    const int queries = group.length - group.first;
    at::Tensor hidden = at::zeros({std::int64_t(group.segments.size()), 1, queries, group.length}, at::kBool);
    auto cut = hidden.accessor<bool, 4>();
    bool any = false;
    for (std::size_t g = 0; g < group.segments.size(); ++g)
        for (const auto& [row, keys] : masked) {
            const std::int64_t query = row - group.segments[g].row;
            if (query < 0 || query >= queries)
                continue;
            any = true;
            for (const int key : keys)
                cut[std::int64_t(g)][0][query][key] = true;
        }
    return any ? hidden.to(device) : at::Tensor();
}

struct Attention {
    const Rows& rows;
    at::Tensor q_XHd, k_XHd, v_XHd;
    std::vector<std::pair<std::int64_t, std::vector<int>>> masked;

    at::Tensor gather(const at::Tensor& value_XHd, const at::Tensor& index, std::size_t segments) const
    {
        return value_XHd.index_select(0, index)
            .view({std::int64_t(segments), -1, value_XHd.size(1), value_XHd.size(2)})
            .transpose(1, 2);
    }

    at::Tensor pattern(const Group& group) const
    {
        const at::Device device = q_XHd.device();
        return weights(gather(q_XHd, queryRows(group, device), group.segments.size()),
                       gather(k_XHd, keyRows(rows, group, device), group.segments.size()),
                       hiddenKeys(group, masked, device));
    }

    void mix(const Group& group, const at::Tensor& pattern_GHQT, at::Tensor& out_XHd) const
    {
        const at::Device device = q_XHd.device();
        const at::Tensor v_GHTd = gather(v_XHd, keyRows(rows, group, device), group.segments.size());
        const at::Tensor mixed = at::matmul(pattern_GHQT, v_GHTd).transpose(1, 2);
        out_XHd.index_copy_(0, queryRows(group, device), mixed.reshape({-1, v_XHd.size(1), v_XHd.size(2)}));
    }
};

at::Tensor goOn(LayerMemory& memory, const Rows& rows, const at::Tensor& qkv_XHd3)
{
    const std::vector<at::Tensor> parts = qkv_XHd3.chunk(3, 2);
    const at::Tensor &q_XHd = parts[0], &k_XHd = parts[1], &v_XHd = parts[2];
    const auto sequences = [&](const at::Tensor& x) { return x.reshape({rows.runs(), -1, x.size(1), x.size(2)}); };
    const bool begun = memory.keys_BTHd.defined();
    memory.keys_BTHd = begun ? at::cat({memory.keys_BTHd, sequences(k_XHd)}, 1) : sequences(k_XHd);
    memory.values_BTHd = begun ? at::cat({memory.values_BTHd, sequences(v_XHd)}, 1) : sequences(v_XHd);
    const at::Tensor pattern = weights(sequences(q_XHd).transpose(1, 2), memory.keys_BTHd.transpose(1, 2), {});
    return at::matmul(pattern, memory.values_BTHd.transpose(1, 2)).transpose(1, 2).reshape({q_XHd.size(0), -1});
}

template <typename T>
AttentionArgs<T> attentionArgs(const KeyTable& keys, const at::Tensor& qkv_XHd3, T* out_XHd)
{
    const T* const q = qkv_XHd3.data_ptr<T>();
    const std::int64_t width = qkv_XHd3.size(2) / 3;
    return {.q = q,
            .k = q + width,
            .v = q + 2 * width,
            .out_XHd = out_XHd,
            .rowStride = qkv_XHd3.stride(0),
            .headStride = qkv_XHd3.stride(1),
            .heads = qkv_XHd3.size(1),
            .width = width,
            .keyRows = keys.rows.data_ptr<std::int64_t>(),
            .keysFrom_X = keys.from_X.data_ptr<std::int64_t>(),
            .keys_X = keys.count_X.data_ptr<std::int64_t>()};
}

template <typename T>
at::Tensor runKernel(const Rows& rows, const at::Tensor& qkv_XHd3, const std::function<void()>& checkStop)
{
    const KeyTable& keys = rows.keyTable();
    const at::Tensor out_XHd =
        at::empty({qkv_XHd3.size(0), qkv_XHd3.size(1), qkv_XHd3.size(2) / 3}, qkv_XHd3.options());
    const AttentionArgs<T> args = attentionArgs<T>(keys, qkv_XHd3, out_XHd.data_ptr<T>());
    const std::int64_t rowCount = keys.count_X.size(0);
    if (const CudaCall<T> cuda{qkv_XHd3}) {
        checkStop();
        cuda->attend(args, rowCount);
        return out_XHd;
    }
    const std::int64_t rowWork = 2 * rows.longest() * args.heads * args.width;
    const std::int64_t block = std::max<std::int64_t>(1, stopWork / rowWork);
    for (std::int64_t from = 0; from < rowCount; from += block) {
        checkStop();
        at::parallel_for(from, std::min(rowCount, from + block), 1 + threadWork / rowWork,
                         [&](std::int64_t begin, std::int64_t end) { attendRows(args, begin, end); });
    }
    return out_XHd;
}

/// The kernel, with its backward by hand.
template <typename T>
at::Tensor twin(const Rows& rows, const at::Tensor& qkv_XHd3, const std::function<void()>& checkStop)
{
    const at::Tensor qkv = qkv_XHd3.detach().contiguous();
    const Backward backward = [qkv, keys = rows.keyTable()](const at::Tensor& gradient, const std::vector<bool>&) {
        const at::Tensor gradOut = gradient.contiguous(), gradQkv = at::zeros_like(qkv);
        const AttentionArgs<T> args = attentionArgs<T>(keys, qkv, nullptr);
        T* const q = gradQkv.data_ptr<T>();
        const AttentionGradients<T> gradients{gradOut.data_ptr<T>(), q, q + args.width, q + 2 * args.width};
        at::parallel_for(0, args.heads, 1, [&](std::int64_t begin, std::int64_t end) {
            attendBackward(args, gradients, keys.count_X.size(0), begin, end);
        });
        return std::vector<at::Tensor>{gradQkv};
    };
    return recorded({qkv_XHd3}, runKernel<T>(rows, qkv, checkStop), backward);
}

}  // namespace

at::Tensor attendByRows(const Rows& rows, const at::Tensor& qkv_XHd3, const std::function<void()>& checkStop)
{
    return qkv_XHd3.scalar_type() == at::kFloat ? twin<float>(rows, qkv_XHd3, checkStop)
                                                : twin<double>(rows, qkv_XHd3, checkStop);
}

at::Tensor attention(const Rows& rows, const at::Tensor& qkv_XHd3, Taps& tap, int layer)
{
    if (LayerMemory* memory = rows.memory(layer))
        return goOn(*memory, rows, qkv_XHd3);
    const at::Tensor all_XHd3 = rows.withKept(layer, qkv_XHd3, &KeptLayer::qkv_PHd3, rows.longest());
    const bool kernel = !tap.active({SiteKind::Pattern, layer}) && (hasKernel(qkv_XHd3) || hasTwin(qkv_XHd3));
    at::Tensor out_XHd =
        kernel ? attendByRows(rows, all_XHd3, [&] { tap.checkStop(); }) : attendByGroups(rows, all_XHd3, tap, layer);
    out_XHd = out_XHd.narrow(0, 0, rows.size());
    rows.fillEntries(out_XHd);
    return out_XHd.flatten(1);
}

at::Tensor attendByGroups(const Rows& rows, const at::Tensor& qkv_XHd3, Taps& tap, int layer)
{
    const Site site{SiteKind::Pattern, layer};
    const std::vector<at::Tensor> parts = qkv_XHd3.chunk(3, 2);
    const at::Tensor& q_XHd = parts[0];
    const Attention attend{rows, parts[0], parts[1], parts[2], tap.maskedKeys(site)};
    const std::vector<Group> groups = groupsOf(rows, q_XHd.size(1) * q_XHd.size(2), q_XHd.size(1));
    at::Tensor out_XHd = at::empty(q_XHd.sizes(), q_XHd.options());
    if (!tap.active(site)) {
        for (const Group& group : groups) {
            tap.checkStop();
            attend.mix(group, attend.pattern(group), out_XHd);
        }
        return out_XHd;
    }

    // A patch may copy the weights of another run, so all weights are there before any is used.
    at::Tensor pattern_XHT = at::zeros({rows.size(), q_XHd.size(1), rows.longest()}, q_XHd.options());
    const auto own = [&](const Group& group) { return pattern_XHT.narrow(2, 0, group.length); };
    for (const Group& group : groups)
        own(group).index_copy_(0, queryRows(group, q_XHd.device()),
                               attend.pattern(group).transpose(1, 2).flatten(0, 1));
    pattern_XHT = tap(site, pattern_XHT);
    for (const Group& group : groups)
        attend.mix(group, attend.gather(own(group), queryRows(group, q_XHd.device()), group.segments.size()), out_XHd);
    return out_XHd;
}

}  // namespace mnemo
