// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/plan.h"
#include "core/engine/plan_layout.h"

#include <cstdint>
#include <vector>

namespace mnemo {

/// Runs that pass the layers together, with everything they refer to, and the readouts they answer.
struct Batch {
    std::vector<RunId> runs;  ///< ascending
    std::vector<int> readouts;
    std::int64_t rows = 0;       ///< once all have joined
    std::int64_t rowLayers = 0;  ///< rows of all layers together: the work
    int groups = 0;              ///< readouts that brought runs with them; one cannot be cut further
};

struct BatchLimits {
    std::int64_t rows = 0;     ///< in a batch, unless one run alone needs more
    int firstReadouts = 0;     ///< these come in batches of their own, before the others
    int parts = 1;             ///< into which the others are cut when the rows would allow fewer
    std::int64_t worthIt = 0;  ///< row-layers below which a part is not cut off
};

/// The batches of the readouts of a plan that are not `done`, in their order, but for those of runs that an earlier
/// batch needs anyway: they are read there, unless what is wanted first would wait for them. A run brings all it refers
/// to; what several batches need, each computes again.
std::vector<Batch> makeBatches(const Plan& plan, const std::vector<RunLayout>& layouts, int layers,
                               const std::vector<ReadoutValue>& done, const BatchLimits& limits);

/// The layers that these readouts wait for: all of them when the head is read.
int layersWanted(const Plan& plan, const std::vector<int>& readouts, int layers);

}  // namespace mnemo
