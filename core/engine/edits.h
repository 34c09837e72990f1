// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <ATen/core/Tensor.h>
#include <string>
#include <vector>

namespace mnemo {

/// A rank-one term beside a base weight: y = W x + α u (v·x). α = 0 is bitwise the base.
struct RankOneEdit {
    std::string matrix;  ///< "W_o", "W_a", "W_g", "W_down"
    int layer = 0;
    at::Tensor u_O;  ///< output direction
    at::Tensor v_I;  ///< input direction
    double alpha = 1;
    std::string hash{};  ///< names it in records; empty when it was made just now
};

/// The edits that are on, in the order they were made.
using Edits = std::vector<RankOneEdit>;

}  // namespace mnemo
