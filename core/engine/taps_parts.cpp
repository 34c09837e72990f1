// SPDX-License-Identifier: GPL-3.0-or-later
// What the primitives and model files ask of the taps: single rows of inner sites, masks, products with edits beside.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "core/engine/known_products.h"
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
                rowOp.add = std::holds_alternative<AddTo>(op->patch->what);
                rowOp.value_W = valueOf(*op->patch, pick, options);
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

/// In blocks of rows; what is known of the leading rows is not computed again.
at::Tensor Taps::product(const std::string& key, int layer, const at::Tensor& x_XI, const Matrix& matrix,
                         const at::Tensor& bias_O)
{
    const auto multiplied = [&](const at::Tensor& x) {
        m_checkStop();
        return matrix.product(x, bias_O).to(x.scalar_type());
    };
    if (!x_XI.device().is_cpu() || at::GradMode::is_enabled())
        return multiplied(x_XI);
    const std::int64_t X = x_XI.size(0), rowFlops = 2 * matrix.outputs() * matrix.inputs();
    const bool leads = m_known && X == m_rows.size();  // not where only some rows go on
    const at::Tensor known_NO = leads ? m_known->find(key, layer) : at::Tensor();
    const std::int64_t known = known_NO.defined() ? known_NO.size(0) : 0;
    const auto rowBlock = std::clamp<std::int64_t>(flopsBetweenStops() / rowFlops, 64, 4096);
    at::Tensor y_XO;
    if (known == 0 && X <= rowBlock) {
        y_XO = multiplied(x_XI);
    } else {
        y_XO = at::empty({X, matrix.outputs()}, x_XI.options());
        if (known > 0)
            y_XO.narrow(0, 0, known).copy_(known_NO);
        m_reusedFlops += known * rowFlops;
        std::int64_t row = known;
        const at::Tensor rest = x_XI.narrow(0, known, X - known);
        for (const at::Tensor& block : rest.tensor_split(1 + std::max<std::int64_t>(0, X - known - 1) / rowBlock)) {
            if (block.size(0) > 0)
                y_XO.narrow(0, row, block.size(0)).copy_(multiplied(block));
            row += block.size(0);
        }
    }
    if (leads && known == 0)
        m_known->keep(key, layer, y_XO.narrow(0, 0, m_known->leadingRows()));
    return y_XO;
}

at::Tensor Taps::linear(std::string_view name, int layer, const at::Tensor& x_XI, const Matrix& matrix,
                        const at::Tensor& bias_O)
{
    const bool fused = bias_O.defined() && bias_O.scalar_type() == matrix.dtype();
    at::Tensor y_XO = product(std::string(name), layer, x_XI, matrix, fused ? bias_O : at::Tensor());
    m_checkStop();  // what follows takes its own time
    if (bias_O.defined() && !fused)
        y_XO = y_XO + bias_O;
    for (const RankOneEdit& edit : m_edits) {
        if (edit.matrix != name || edit.layer != layer || edit.alpha == 0)
            continue;  // off is bitwise the base
        at::Tensor key_X = at::mv(x_XI, edit.v_I.to(x_XI.options()));
        if (const at::Tensor edited_X = m_rows.edited_X(x_XI.options()); edited_X.defined())
            key_X = key_X * edited_X;
        y_XO = y_XO + at::outer(key_X, edit.u_O.to(x_XI.options())) * edit.alpha;
    }
    return y_XO;
}

}  // namespace mnemo
