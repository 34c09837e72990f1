// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/rows.h"

#include <ATen/ATen.h>

namespace mnemo {

/// Two sequences, and runs that leave the second at several tokens, one of them out of another run.
inline Rows packedRows(int length)
{
    const std::vector<RunShape> runs{{-1, 0, length, 0},
                                     {-1, 0, length + 3, 0},
                                     {1, 2, length + 3, 1},
                                     {1, length, length + 3, 1},
                                     {2, 4, length + 3, 2}};
    Rows rows(runs, at::kCPU);
    std::int64_t count = 0;
    for (const RunShape& run : runs)
        count += run.length - run.first;
    rows.join({0, 1, 2, 3, 4}, at::zeros({count, 1}, at::kDouble));
    return rows;
}

}  // namespace mnemo
