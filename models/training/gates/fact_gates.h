// SPDX-License-Identifier: GPL-3.0-or-later
// Does the model know its facts? On the thread that runs the plan.
#pragma once
#include "core/data/reporter.h"
#include "core/engine/loaded_model.h"
#include "core/io/fact_set.h"
#include "models/training/gates/gate.h"

namespace mnemo {

/// Of every fact one seeded trained template and one seeded held-out template, without an opener: right when the
/// object's first token is the most probable one.
struct FactScores {
    std::vector<RelationScore> relations;
    double trained = notMeasured;  ///< share of all facts, [0, 1]
    double heldOut = notMeasured;  ///< of all that have a held-out template
};
FactScores scoreFacts(const LoadedModel& model, const std::vector<Relation>& relations, std::uint64_t seed,
                      Reporter& reporter);

std::vector<Gate> factGates(const FactScores& scores);

}  // namespace mnemo
