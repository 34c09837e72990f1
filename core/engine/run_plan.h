// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/plan.h"
#include "core/data/reporter.h"
#include "core/engine/edits.h"
#include "core/engine/language_model.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace mnemo {

struct PlanResult {
    std::vector<ReadoutValue> values;  ///< in the order of Plan::readouts
    PlanStats stats;
};

struct RunOptions {
    std::int64_t memoryBytes =
        std::int64_t(1)
        << 30;  ///< for activations and what is kept between batches; they are cut to fit, halved when a device is full
    int visibleVocabulary = 0;  ///< rows shown in top-k; 0 = all (softmax is over all rows always)
    int firstReadouts = 0;      ///< of the plan's: what is waited for most comes in a batch of its own
    int parts = 1;              ///< in which the others are wanted; a plan of little work is not cut
    /// Called on the same thread whenever more readouts are there, and once before Cancelled leaves runPlan.
    std::function<void(const PlanResult&)> sink;
    /// Called after each layer: rows of a layer that are done, and of all layers and batches planned.
    std::function<void(std::int64_t done, std::int64_t planned)> progress;
};

/// Bytes that one row of the wave takes while it is in a block, for what is planned within a budget: more than are ever
/// there (tests/engine/tst_memory.cpp).
std::int64_t activationBytesPerRow(const LanguageModel& model, const Plan& plan);

/// Runs the plan. Readouts are taken in the order of the plan as far as batching allows, so what is wanted first comes
/// first.
/// @throws Failure UnknownSite, SiteNotReached, Usage (before anything runs), OutOfMemory; Cancelled
PlanResult runPlan(const LanguageModel& model, const Edits& edits, const Plan& plan, Reporter& reporter,
                   const RunOptions& options = {});

}  // namespace mnemo
