// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: I inputs of an edited matrix.
#pragma once
#include "core/data/reporter.h"
#include "core/experiments/experiment.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <string>
#include <vector>

namespace mnemo {

/// The uncentred second moment of a matrix's inputs over the tokens of a text: C = Σ x xᵀ / n (METHODS.md §4.3; Meng et
/// al. 2022, Eq. 2).
struct KeyStatistics {
    at::Tensor moment_II;     ///< C, double, on the host
    std::int64_t tokens = 0;  ///< n
    std::string hash;         ///< of all that C depends on: model, site, layer, dtype, texts
};

/// How many of the program's sentences are read when no text is given.
inline constexpr std::size_t textsForStatistics = 4096;

/// Of texts without a prefix, each cut at 2048 tokens, `tokens` of them in all: of all `inputs` in one pass over the
/// text, in their order. What was summed up for the same model, site, layer and texts is kept in the cache folder,
/// verified when it is read, and taken up again when it was stopped half-way. A cache that cannot be written or is
/// damaged costs time and nothing else.
/// @throws Failure UnknownSite, SiteNotReached; Usage without any token; Cancelled
std::vector<KeyStatistics> keyStatistics(const ExperimentContext& context, const std::vector<Site>& inputs,
                                         const std::vector<std::string>& texts, std::int64_t tokens,
                                         Reporter& reporter);

/// Bytes that are taken while the statistics of one input are summed up.
std::int64_t statisticsBytes(const LanguageModel& model, SiteKind input);

/// C⁻¹ k / ‖C⁻¹ k‖ by Cholesky in double, after adding ridge · tr(C) / I to the diagonal: [I], double.
/// @param ridge needed where there are fewer tokens than inputs
/// @throws Failure CheckFailed when C cannot be inverted
at::Tensor inputDirection(const KeyStatistics& statistics, const at::Tensor& key_I, double ridge);

}  // namespace mnemo
