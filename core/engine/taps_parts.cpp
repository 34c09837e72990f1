// SPDX-License-Identifier: GPL-3.0-or-later
// What the primitives and model files ask of the taps: single rows of inner sites, masks, products with edits beside.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "core/engine/taps.h"

namespace mnemo {

std::vector<std::int64_t> Taps::readRows(const Site& site) const
{
    std::vector<std::int64_t> rows;
    if (const auto found = m_work.find(site); found != m_work.end())
        for (const StateRead& read : found->second.reads)
            rows.push_back(m_rows.rowOf(read.run, read.position));
    return rows;
}

std::vector<std::int64_t> Taps::touchedRows(int layer) const
{
    std::vector<std::int64_t> rows;
    const auto touch = [&](int run, int token) { rows.push_back(m_rows.rowOf(run, token)); };
    for (const auto& [site, work] : m_work) {
        if (site.layer != layer && site.kind != SiteKind::Final)
            continue;
        for (const StateRead& read : work.reads)
            touch(read.run, read.position);
        for (const std::vector<PatchOp*>* ops : {&work.ops, &work.detours})
            for (const PatchOp* op : *ops)
                for (const int pick : op->picks) {
                    const auto index = std::size_t(pick);
                    const int position = op->patch->positions[index];
                    touch(op->run, position);
                    if (const auto* copy = std::get_if<CopyFrom>(&op->patch->what))
                        touch(op->source, copy->positions[index]);
                    else if (op->source >= 0)
                        touch(op->source, position);
                }
    }
    return rows;
}

void Taps::deliver(const Site& site, const std::vector<at::Tensor>& values) const
{
    const auto found = m_work.find(site);
    for (std::size_t i = 0; i < values.size(); ++i)
        m_sink(found->second.reads[i].readout, values[i].to(at::kCPU).reshape({-1}));
}

std::vector<RowOp> Taps::rowOps(const Site& site, const at::TensorOptions& options) const
{
    std::vector<RowOp> rowOps;
    const auto found = m_work.find(site);
    if (found == m_work.end())
        return rowOps;
    for (const PatchOp* op : found->second.ops) {
        if (!m_rows.joined(op->run))
            continue;
        for (const int pick : op->picks) {
            RowOp& rowOp = rowOps.emplace_back();
            rowOp.row = m_rows.rowOf(op->run, op->patch->positions[std::size_t(pick)]);
            if (const auto* copy = std::get_if<CopyFrom>(&op->patch->what)) {
                rowOp.source = m_rows.rowOf(op->source, copy->positions[std::size_t(pick)]);
            } else {
                const auto* add = std::get_if<AddTo>(&op->patch->what);
                rowOp.add = add != nullptr;
                rowOp.value_W = patchValue(add ? *add->value : *std::get<SetTo>(op->patch->what).value, pick, options);
            }
        }
    }
    return rowOps;
}

std::vector<std::pair<std::int64_t, std::vector<int>>> Taps::maskedKeys(const Site& site) const
{
    std::vector<std::pair<std::int64_t, std::vector<int>>> masked;
    if (const auto found = m_work.find(site); found != m_work.end())
        for (const PatchOp* op : found->second.ops)
            if (const auto* mask = std::get_if<Mask>(&op->patch->what); mask && m_rows.joined(op->run))
                for (const int pick : op->picks)
                    masked.emplace_back(m_rows.rowOf(op->run, op->patch->positions[std::size_t(pick)]), mask->keys);
    return masked;
}

at::Tensor Taps::linear(std::string_view name, int layer, const at::Tensor& x_XI, const Matrix& matrix,
                        const at::Tensor& bias_O) const
{
    const bool fused = bias_O.defined() && bias_O.scalar_type() == matrix.dtype();
    const auto product = [&](const at::Tensor& x) {
        m_checkStop();
        return matrix.product(x, fused ? bias_O : at::Tensor()).to(x.scalar_type());
    };
    const auto rowBlock =
        std::clamp<std::int64_t>(flopsBetweenStops() / (2 * matrix.outputs() * matrix.inputs()), 64, 4096);
    at::Tensor y_XO;
    if (x_XI.size(0) <= rowBlock || !x_XI.device().is_cpu() || at::GradMode::is_enabled()) {
        y_XO = product(x_XI);
    } else {
        y_XO = at::empty({x_XI.size(0), matrix.outputs()}, x_XI.options());
        std::int64_t row = 0;
        for (const at::Tensor& block : x_XI.tensor_split(1 + (x_XI.size(0) - 1) / rowBlock)) {
            y_XO.narrow(0, row, block.size(0)).copy_(product(block));
            row += block.size(0);
        }
    }
    m_checkStop();  // what follows takes its own time
    if (bias_O.defined() && !fused)
        y_XO = y_XO + bias_O;
    for (const RankOneEdit& edit : m_edits) {
        if (edit.matrix != name || edit.layer != layer || edit.alpha == 0)
            continue;  // off is bitwise the base
        const at::Tensor key_X = at::mv(x_XI, edit.v_I.to(x_XI.options()));
        y_XO = y_XO + at::outer(key_X, edit.u_O.to(x_XI.options())) * edit.alpha;
    }
    return y_XO;
}

}  // namespace mnemo
