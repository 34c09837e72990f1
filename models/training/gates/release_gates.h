// SPDX-License-Identifier: GPL-3.0-or-later
// All gates of a checkpoint. On the thread that runs the plan.
#pragma once
#include "models/training/gates/gate.h"
#include "models/training/gates/ioi_gates.h"

#include "core/io/fact_set.h"

namespace mnemo {

struct GateOptions {
    std::uint64_t seed = 1;
    int count = 240;  ///< facts that are traced
};

/// @param sentences indirect objects of pairs of names that were never trained
/// @param names that stand in their corrupted sentences
GateReport measureGates(const LoadedModel& model, const std::vector<Relation>& relations,
                        const std::vector<IoiPrompt>& sentences, const std::vector<std::string>& names,
                        const GateOptions& options, Reporter& reporter);

}  // namespace mnemo
