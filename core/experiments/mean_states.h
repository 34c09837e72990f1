// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/plan.h"
#include "core/data/reporter.h"
#include "core/experiments/experiment.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mnemo {

/// Means of one site's state in every layer, over the tokens of a text and then over texts: E[x], [W] per layer.
using LayerMeans = std::vector<std::shared_ptr<const HostTensor>>;

/// Of the first 128 texts their first 128 tokens, without a prefix (METHODS.md §6.2). What was computed once for a
/// model, site and texts is kept in the cache folder and verified when it is read; a cache that cannot be written or is
/// damaged costs time and nothing else.
/// @throws Failure UnknownSite; Cancelled
LayerMeans meanStates(const ExperimentContext& context, SiteKind site, const std::vector<std::string>& texts,
                      Reporter& reporter);

}  // namespace mnemo
