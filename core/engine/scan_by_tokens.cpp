// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, G segments of one group, E d_inner, N d_state.
#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/engine/selective_scan.h"

namespace mnemo {
namespace {

constexpr std::int64_t groupBytes = std::int64_t(128) << 20;  // states of the segments that advance together

/// A site that exists only while the scan runs: its patches by row, and the rows that somebody needs later.
struct InnerSite {
    Site site;
    std::map<std::int64_t, std::vector<RowOp>> ops;
    std::set<std::int64_t> wanted;
    std::map<std::int64_t, at::Tensor> kept_EN;

    InnerSite(Site where, const Taps& tap, const at::TensorOptions& options) : site(where)
    {
        for (RowOp& op : tap.rowOps(site, options)) {
            if (op.source >= 0)
                wanted.insert(op.source);
            ops[op.row].push_back(std::move(op));
        }
        const std::vector<std::int64_t> read = tap.readRows(site);
        wanted.insert(read.begin(), read.end());
    }

    void pass(const std::vector<std::int64_t>& rows, at::Tensor& value_GEN)
    {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto row = std::int64_t(i);
            if (const auto found = ops.find(rows[i]); found != ops.end())
                for (const RowOp& op : found->second) {
                    const at::Tensor value =
                        op.source >= 0 ? kept_EN.at(op.source) : op.value_W.view_as(value_GEN[row]);
                    if (op.add)
                        value_GEN[row].add_(value);
                    else
                        value_GEN[row].copy_(value);
                }
            if (wanted.contains(rows[i]))
                kept_EN[rows[i]] = value_GEN[row].clone();
        }
    }

    void deliver(const Taps& tap) const
    {
        std::vector<at::Tensor> values;
        for (const std::int64_t row : tap.readRows(site))
            values.push_back(kept_EN.at(row));
        if (!values.empty())
            tap.deliver(site, values);
    }
};

struct TokenScan {
    const Rows& rows;
    const ScanInput& in;
    LayerMemory* memory;
    InnerSite write, state;
    at::Tensor y_XE;

    at::Tensor startStates(const std::vector<Segment>& group) const
    {
        if (memory && memory->state_BEN.defined())
            return memory->state_BEN.clone();
        at::Tensor start_GEN =
            at::zeros({std::int64_t(group.size()), in.A_EN.size(0), in.A_EN.size(1)}, in.A_EN.options());
        for (std::size_t i = 0; i < group.size(); ++i)
            if (group[i].prefixRow >= 0)
                start_GEN[std::int64_t(i)].copy_(stateBehind(group[i].prefixRow));
        return start_GEN;
    }

    at::Tensor stateBehind(std::int64_t row) const
    {
        const std::int64_t kept = rows.keptIndex(row);
        return kept >= 0 ? in.kept_GNE[kept].t() : state.kept_EN.at(row);
    }

    /// Segments of one level, longest first, token by token: those that have ended drop off the end of the group.
    void advance(const std::vector<Segment>& group)
    {
        at::Tensor state_GEN = startStates(group);
        std::size_t alive = group.size();
        for (int t = 0; t < group.front().count; ++t) {
            while (group[alive - 1].count <= t)
                --alive;
            std::vector<std::int64_t> at(alive);
            for (std::size_t i = 0; i < alive; ++i)
                at[i] = group[i].row + t;
            const at::Tensor index = indexTensor(at, in.c_XE.device());
            const at::Tensor delta_GE = in.steps(in.delta_XE.index_select(0, index));
            at::Tensor write_GEN =
                (delta_GE * in.c_XE.index_select(0, index)).unsqueeze(2) * in.B_XN.index_select(0, index).unsqueeze(1);
            write.pass(at, write_GEN);
            at::Tensor next_GEN =
                at::exp(delta_GE.unsqueeze(2) * in.A_EN) * state_GEN.narrow(0, 0, std::int64_t(alive)) + write_GEN;
            state.pass(at, next_GEN);
            y_XE.index_copy_(0, index, at::bmm(next_GEN, in.C_XN.index_select(0, index).unsqueeze(2)).squeeze(2));
            state_GEN = next_GEN;
        }
        if (memory)
            memory->state_BEN = state_GEN;
    }
};

std::vector<std::vector<Segment>> groupsOf(const Rows& rows, std::int64_t bytesPerState)
{
    std::map<int, std::vector<Segment>> byLevel;
    for (const Segment& segment : rows.segments())
        byLevel[segment.level].push_back(segment);
    const auto most = std::size_t(std::max<std::int64_t>(1, groupBytes / bytesPerState));
    std::vector<std::vector<Segment>> groups;
    for (auto& [level, segments] : byLevel) {
        std::stable_sort(segments.begin(), segments.end(),
                         [](const Segment& a, const Segment& b) { return a.count > b.count; });
        for (std::size_t begin = 0; begin < segments.size(); begin += most)
            groups.emplace_back(segments.begin() + std::ptrdiff_t(begin),
                                segments.begin() + std::ptrdiff_t(std::min(segments.size(), begin + most)));
    }
    return groups;
}

}  // namespace

at::Tensor scanByTokens(const Rows& rows, const ScanInput& input, Taps& tap, int layer)
{
    const at::TensorOptions options = input.c_XE.options();
    TokenScan scan{rows,
                   input,
                   rows.memory(layer),
                   InnerSite({SiteKind::Write, layer}, tap, options),
                   InnerSite({SiteKind::State, layer}, tap, options),
                   at::empty_like(input.c_XE)};
    for (const Segment& segment : rows.segments())
        if (segment.prefixRow >= 0)
            scan.state.wanted.insert(segment.prefixRow);
    KeptLayer* const keep = rows.toKeep(layer);
    const std::vector<std::int64_t> behind = keep ? rows.keptRows(1) : std::vector<std::int64_t>();
    scan.state.wanted.insert(behind.begin(), behind.end());
    for (const std::vector<Segment>& group : groupsOf(rows, input.A_EN.numel() * input.A_EN.element_size())) {
        tap.checkStop();
        scan.advance(group);
    }
    scan.write.deliver(tap);
    scan.state.deliver(tap);
    if (keep) {
        std::vector<at::Tensor> states_NE;
        for (const std::int64_t row : behind)
            states_NE.push_back(scan.state.kept_EN.at(row).t());
        rows.put(keep->state_GNE, at::stack(states_NE));
    }
    const at::Tensor s_XE = scan.y_XE + input.c_XE * input.D_E;
    return input.z_XE.defined() ? s_XE * at::silu(input.z_XE) : s_XE;
}

}  // namespace mnemo
