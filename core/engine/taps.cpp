// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/taps.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <tuple>

#include "core/engine/plan_layout.h"

namespace mnemo {
namespace {

bool isHandledElsewhere(const PatchOp& op)  // Mask at pattern acts on the logits, before the softmax
{
    return op.patch->site.kind == SiteKind::Pattern && std::holds_alternative<Mask>(op.patch->what);
}

/// Nobody else holds the numbers, so that they can be patched where they are.
bool isOnlyHere(const at::Tensor& value_XW)
{
    return !at::GradMode::is_enabled() && value_XW.use_count() == 1 && value_XW.storage().use_count() == 1;
}

}  // namespace

Taps::Taps(const Rows& rows, const Edits& edits, std::function<void()> checkStop)
    : m_rows(rows), m_edits(edits), m_checkStop(std::move(checkStop))
{
}

PatchOp& Taps::addOp(PatchOp op)
{
    PatchOp& added = m_ops.emplace_back(std::move(op));
    m_work[added.patch->site].ops.push_back(&added);
    if (const auto* reroute = std::get_if<Reroute>(&added.patch->what))
        for (const Site& source : reroute->sources)
            m_work[source].detours.push_back(&added);
    return added;
}

void Taps::sort()
{
    for (auto& [site, work] : m_work)
        std::stable_sort(work.ops.begin(), work.ops.end(), [](const PatchOp* a, const PatchOp* b) {
            return std::tie(a->level, a->order, a->run) < std::tie(b->level, b->order, b->run);
        });
}

at::Tensor Taps::operator()(const Site& site, at::Tensor value_XW, const MaskTerm& mask)
{
    const auto found = m_work.find(site);
    if (found == m_work.end())
        return value_XW;
    const std::vector<PatchOp*>& ops = found->second.ops;
    if (!ops.empty() && !isOnlyHere(value_XW))
        value_XW = value_XW.clone();
    for (auto begin = ops.begin(); begin != ops.end();) {
        const auto end = std::find_if(begin, ops.end(), [&](const PatchOp* op) {
            return op->level != (*begin)->level || op->order != (*begin)->order;
        });
        applyGroup(value_XW, {begin, end}, mask);
        begin = end;
    }
    if (site.kind == SiteKind::Pattern && !ops.empty()) {  // whatever was put there, no token looks ahead
        const at::Tensor keys = at::arange(value_XW.size(2), m_rows.positions_X().options());
        value_XW.masked_fill_(keys > m_rows.positions_X().view({-1, 1, 1}), 0);
    }
    readOut(site, value_XW);
    return value_XW;
}

void Taps::applyLevel(const Site& site, at::Tensor& value_XW, int level, const std::vector<int>& joining)
{
    const auto found = m_work.find(site);
    if (found == m_work.end())
        return;
    std::map<int, std::vector<PatchOp*>> byOrder;
    for (PatchOp* op : found->second.ops) {
        const bool justJoined = std::binary_search(joining.begin(), joining.end(), op->run);
        if (op->level == level && (op->own || !justJoined))
            byOrder[op->order].push_back(op);
    }
    for (const auto& [order, ops] : byOrder)
        applyGroup(value_XW, ops, {});
}

at::Tensor Taps::valueOf(const Patch& patch, int pick, const at::TensorOptions& options) const
{
    const HostTensor& host = *mnemo::valueOf(patch);
    at::Tensor& all = m_values[&host];
    if (!all.defined() || all.scalar_type() != at::typeMetaToScalarType(options.dtype()) ||
        all.device() != options.device())
        all = at::from_blob(const_cast<float*>(host.values.data()), host.shape, at::kFloat).clone().to(options);
    return host.shape.size() == 2 ? all[pick] : all;
}

at::Tensor Taps::hostValue(const PatchOp& op, int pick, const at::Tensor& like_XW) const
{
    at::Tensor value = valueOf(*op.patch, pick, like_XW.options());
    if (like_XW.dim() == 3) {  // pattern: [H, tokens of the run], in a buffer as wide as the longest run
        value = value.reshape({like_XW.size(1), m_rows.run(op.run).length});
        return at::constant_pad_nd(value, {0, like_XW.size(2) - value.size(1)});
    }
    return value;
}

/// Patches that do not depend on each other: one per run and order.
void Taps::applyGroup(at::Tensor& value_XW, const std::vector<PatchOp*>& ops, const MaskTerm& mask)
{
    std::vector<std::int64_t> copyTo, copyFrom, setAt, addAt;
    std::vector<at::Tensor> setValues, addValues;
    for (const PatchOp* op : ops) {
        if (isHandledElsewhere(*op))
            continue;
        for (std::size_t i = 0; i < op->picks.size(); ++i) {
            const int pick = op->picks[i];
            const int position = op->patch->positions[std::size_t(pick)];
            if (!m_rows.holds(op->run, position))
                continue;
            const std::int64_t row = m_rows.rowOf(op->run, position);
            if (const auto* copy = std::get_if<CopyFrom>(&op->patch->what)) {
                copyTo.push_back(row);
                copyFrom.push_back(m_rows.rowOf(op->source, copy->positions[std::size_t(pick)]));
            } else if (std::holds_alternative<SetTo>(op->patch->what)) {
                setAt.push_back(row);
                setValues.push_back(hostValue(*op, pick, value_XW));
            } else {
                addAt.push_back(row);
                if (const auto* cut = std::get_if<Mask>(&op->patch->what))
                    addValues.push_back(-mask(op->run, position, cut->keys));
                else if (const auto* reroute = std::get_if<Reroute>(&op->patch->what))
                    addValues.push_back(op->detour_PD[std::int64_t(i)] * reroute->alpha);
                else
                    addValues.push_back(hostValue(*op, pick, value_XW));
            }
        }
    }
    const at::Device device = value_XW.device();
    if (!copyTo.empty())
        value_XW.index_copy_(0, indexTensor(copyTo, device), value_XW.index_select(0, indexTensor(copyFrom, device)));
    if (!setAt.empty())
        value_XW.index_copy_(0, indexTensor(setAt, device), at::stack(setValues));
    if (!addAt.empty())
        value_XW.index_add_(0, indexTensor(addAt, device), at::stack(addValues).to(value_XW.scalar_type()));
}

void Taps::readOut(const Site& site, const at::Tensor& value_XW)
{
    const auto found = m_work.find(site);
    if (found == m_work.end())
        return;
    for (PatchOp* op : found->second.detours) {
        std::vector<std::int64_t> there, here;
        for (const int pick : op->picks) {
            const int position = op->patch->positions[std::size_t(pick)];
            there.push_back(m_rows.rowOf(op->source, position));
            here.push_back(m_rows.rowOf(op->run, position));
        }
        const at::Device device = value_XW.device();
        const at::Tensor step_PD =
            value_XW.index_select(0, indexTensor(there, device)) - value_XW.index_select(0, indexTensor(here, device));
        op->detour_PD = op->detour_PD.defined() ? op->detour_PD + step_PD : step_PD;
    }
    if (found->second.reads.empty())
        return;
    const at::Tensor read = value_XW.index_select(0, indexTensor(readRows(site), value_XW.device())).to(at::kCPU);
    for (std::size_t i = 0; i < found->second.reads.size(); ++i) {
        const StateRead& what = found->second.reads[i];
        at::Tensor value = read[std::int64_t(i)];
        if (value_XW.dim() == 3)
            value = value.narrow(1, 0, m_rows.run(what.run).length);
        m_sink(what.readout, value.reshape({-1}));
    }
}

}  // namespace mnemo
