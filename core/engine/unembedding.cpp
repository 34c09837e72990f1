// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/unembedding.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace mnemo {
namespace {

constexpr std::int64_t pieceRows = 4096;  // of the vocabulary

}  // namespace

Unembedding::Unembedding(const at::Tensor& weight_VD, at::ScalarType dtype, at::Device device)
{
    const std::int64_t size = device.is_cpu() ? pieceRows : weight_VD.size(0);
    for (const at::Tensor& piece_PD : weight_VD.split(size))
        m_pieces.emplace_back(piece_PD, dtype, device);
}

at::Tensor Unembedding::logits(const at::Tensor& normed_RD, const std::function<void()>& checkStop) const
{
    const at::Tensor x_RD = normed_RD.to(m_pieces.front().dtype());  // once
    std::int64_t vocabulary = 0;
    for (const Matrix& piece : m_pieces)
        vocabulary += piece.outputs();
    std::vector<at::Tensor> parts;  // with gradients
    at::Tensor logits_RV;
    if (m_pieces.size() > 1 && !at::GradMode::is_enabled())
        logits_RV = at::empty({x_RD.size(0), vocabulary}, normed_RD.options());
    std::int64_t begin = 0;
    for (const Matrix& piece : m_pieces) {
        checkStop();
        at::Tensor part_RP = piece.product(x_RD);
        if (logits_RV.defined())
            logits_RV.narrow(1, begin, piece.outputs()).copy_(part_RP);
        else
            parts.push_back(std::move(part_RP));
        begin += piece.outputs();
    }
    if (logits_RV.defined())
        return logits_RV;
    return (parts.size() == 1 ? parts.front() : at::cat(parts, 1)).to(normed_RD.scalar_type());
}

std::int64_t Unembedding::rowsAtOnce(std::int64_t dModel)
{
    return std::clamp<std::int64_t>(flopsBetweenStops() / (2 * pieceRows * dModel), 32, 256);
}

}  // namespace mnemo
