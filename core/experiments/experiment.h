// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/reporter.h"
#include "core/data/result.h"
#include "core/data/schema.h"
#include "core/engine/edits.h"
#include "core/engine/loaded_model.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace mnemo {

struct ExperimentContext {
    const LoadedModel& model;
    Edits edits;
    std::int64_t memoryBytes = std::int64_t(1) << 30;
};

/// One method of the papers. To add one: a file here that returns an Experiment, and a line in table.cpp.
struct Experiment {
    ExperimentSchema schema;
    /// @param params complete (every key of the schema present). Publishes snapshots through the reporter.
    /// @throws Failure, Cancelled (after a last snapshot)
    std::function<Result(const Json& params, const ExperimentContext& context, Reporter& reporter)> run;
};

/// Every experiment this program has, in the order menus show them.
std::vector<Experiment> builtInExperiments();

}  // namespace mnemo
