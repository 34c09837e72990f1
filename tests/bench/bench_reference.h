// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "tests/bench/bench_plan.h"

#include <filesystem>

namespace mnemo::bench {

struct ReferenceCells {
    double secondsPerRun = 0;  ///< in double, the weights loaded before
    std::vector<double> p;     ///< of the target, one per cell
};

/// Some cells of h by the tests' reference, which runs one token list at a time in double. Holds the weights in double
/// while it works.
ReferenceCells referenceCells(const std::filesystem::path& folder, const Task& task, const std::vector<int>& cells);

}  // namespace mnemo::bench
