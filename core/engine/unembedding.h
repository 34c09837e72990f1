// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: R rows that are read, D d_model, V vocabulary.
#pragma once
#include <functional>
#include <vector>

#include "core/engine/matrix.h"

namespace mnemo {

/// The matrix before the logits. On a CPU it is cut along the vocabulary: a product of all of it takes too long to wait
/// for, and one of a few rows does little but read weights. Const after construction, any thread.
class Unembedding
{
public:
    Unembedding() = default;
    /// @param weight_VD of any float type
    /// @param dtype, device as for Matrix
    Unembedding(const at::Tensor& weight_VD, at::ScalarType dtype, at::Device device);

    /// Logits [R, V] in the type of `normed_RD`. @param checkStop called before each piece
    at::Tensor logits(const at::Tensor& normed_RD, const std::function<void()>& checkStop) const;

    /// Rows for which one piece costs what may pass between two stop checks, within what is sensible.
    static std::int64_t rowsAtOnce(std::int64_t dModel);

private:
    std::vector<Matrix> m_pieces;
};

}  // namespace mnemo
