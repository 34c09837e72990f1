// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <vector>

namespace mnemo {

/// A rank-one term beside a base weight, W + α u vᵀ, as files and the pipe carry it.
struct EditTerm {
    std::string hash;    ///< names it: of matrix, layer, u and v
    std::string matrix;  ///< "W_o", "W_a", "W_g", "W_down"
    int layer = 0;
    std::vector<float> u;  ///< output direction
    std::vector<float> v;  ///< input direction

    bool operator==(const EditTerm&) const = default;
};

/// Where an edit is made.
struct EditPlace {
    std::string matrix;
    int layer = 0;

    bool operator==(const EditPlace&) const = default;
};

}  // namespace mnemo
