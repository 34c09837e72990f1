// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: S noise samples, K subject tokens, D d_model.
#pragma once
#include "core/data/plan.h"
#include "core/engine/loaded_model.h"
#include "core/experiments/fact.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace mnemo {

/// What is added to the subject's embeddings, one [K, D] per sample.
struct Noise {
    double sigma = 0;
    std::vector<std::shared_ptr<const HostTensor>> samples;
};

/// One standard normal number that depends on its key alone: no order of calls, no other sample and no thread changes
/// it. SplitMix64 of the key gives two uniforms, Box-Muller's cosine branch the number (docs/json.md has the formula).
double normalNumber(std::uint64_t seed, std::uint64_t sample, std::uint64_t token, std::uint64_t dimension);

/// Standard deviation (of the population) of all embedding entries of these tokens.
double embeddingDeviation(const LanguageModel& model, const std::vector<int>& ids);

/// σ ε for every sample, σ = params.noise × the deviation `params.sigma` names, ε from the generator or from
/// noise_file. A noise_file without `noise` is added as it stands (σ = 1).
/// @param subjectTokens K
/// @throws Failure Usage (a file of another shape, no fact list), NotFound, Damaged
Noise makeNoise(const FactParams& params, int subjectTokens, const LoadedModel& model);

}  // namespace mnemo
