// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/plan.h"
#include "core/engine/language_model.h"
#include "core/io/model_config.h"

#include <ATen/core/Tensor.h>
#include <vector>

namespace mnemo::bench {

/// The best rate of one packed product of the size of this model's largest in a block, in GFLOP/s.
double peakRate(const ModelInfo& info, at::ScalarType dtype);

/// Seconds of a plan's matrix products alone: as many of the same sizes, on random numbers. The rows that pass the tail
/// of a block are known for all layers together and spread over them; products within attention are not among them.
/// @param batches what each batch of the plan cost
/// @param passes of which the last is timed: oneDNN writes its programs in the first
double productsAlone(const ModelConfig& config, const LanguageModel& model, const std::vector<PlanStats>& batches,
                     at::ScalarType dtype, int passes);

}  // namespace mnemo::bench
