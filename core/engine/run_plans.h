// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/run_plan.h"

#include <span>

namespace mnemo {

/// Runs plans that have nothing to do with each other, in their order, with the results that runPlan would give one by
/// one up to rounding (a product of one thread may be summed in another order); the same plans give the same bits. On a
/// CPU each thread takes whole plans: what small models spend between their products then runs beside itself, and no
/// thread waits for another at the end of each product. The memory budget is shared; `sink` and `progress` of the
/// options are not called.
/// @throws what runPlan throws, of the plan that fails first; the others are given up
std::vector<PlanResult> runPlans(const LanguageModel& model, const Edits& edits, std::span<const Plan> plans,
                                 Reporter& reporter, const RunOptions& options = {});

/// How many plans run at a time on the model's device.
int plansTogether(const LanguageModel& model);

}  // namespace mnemo
