// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <array>
#include <string_view>

namespace mnemo {

/// What a cell of a trace shows. A trace stores raw quantities; everything here is derived from them.
enum class Metric {
    IndirectEffect,   ///< (p − p*) / (p_clean − p*), Eq. 7: 0 no recovery, 1 full; values outside are possible
    Probability,      ///< p(target)
    LogitDifference,  ///< logit(target) − logit(foil)
    LogProbability,   ///< log p(target), nats
    Rank,             ///< rank of the target, 0 = most probable
    Kl,               ///< KL(clean ‖ patched), nats
};

inline constexpr std::array allMetrics{Metric::IndirectEffect, Metric::Probability, Metric::LogitDifference,
                                       Metric::LogProbability, Metric::Rank,        Metric::Kl};

/// Below this total effect (p_clean − p_corrupt, signed) Eq. 7 divides by nothing and the effect is undefined.
inline constexpr double smallestTotalEffect = 1e-6;

std::string_view metricName(Metric metric);    ///< "ie", "p", "logit_diff", "logp", "rank", "kl"
Metric metricFromName(std::string_view name);  ///< @throws Failure Usage
std::string_view metricUnit(Metric metric);    ///< "IE", "probability", "logit", "nats", "rank", "nats"

/// Total effect of a trace or patch result is large enough for Eq. 7.
bool effectDefined(double pClean, double pCorrupt);

/// Eq. 7. NaN where the effect is not defined.
double indirectEffect(double p, double pClean, double pCorrupt);

/// One map of a trace, layer × token, named "SITE.METRIC". States are the raw map's; the indirect effect is Undefined
/// in every cell when clean and corrupted runs agree.
/// @param trace a result of kind "trace"; may be a snapshot with cells missing
/// @throws Failure NotFound when the trace has no such site; BadMessage when its head lacks p_clean or p_corrupt
Array traceMetric(const Result& trace, std::string_view site, Metric metric);

}  // namespace mnemo
