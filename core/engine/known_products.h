// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: N leading rows, O outputs of a matrix.
#pragma once
#include <ATen/core/Tensor.h>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/data/plan.h"

namespace mnemo {

/// What the matrices gave for rows that most batches of a plan have: those of the runs that patched ones start from.
/// They stand first. The batch that has them first keeps their products, the next ones multiply the other rows only.
/// Convolution, scan and attention go over all rows again, which costs little. On a CPU; one plan, one thread.
class KnownProducts
{
public:
    /// @param bytes it may keep; what does not fit is multiplied again
    explicit KnownProducts(std::int64_t bytes) : m_room(bytes) {}

    /// A batch begins, with these runs in its first rows. Others than before: everything is forgotten.
    void begin(const std::vector<RunId>& leading, std::int64_t rows);

    void clear();
    std::int64_t leadingRows() const { return m_rows; }
    /// [N, O], or undefined.
    at::Tensor find(const std::string& matrix, int layer) const;
    void keep(const std::string& matrix, int layer, const at::Tensor& y_NO);

private:
    std::int64_t m_room;
    std::int64_t m_used = 0;
    std::vector<RunId> m_leading;
    std::int64_t m_rows = 0;
    std::map<std::pair<int, std::string>, at::Tensor> m_products;
};

}  // namespace mnemo
