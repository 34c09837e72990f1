// SPDX-License-Identifier: GPL-3.0-or-later
// Two results that are shown beside each other, and the first minus the second where they can be compared: traces token
// by token and by depth (core/data/trace_pair.h), others curve by curve (core/data/curves_beside.h).
#pragma once
#include "core/data/plan.h"
#include "core/data/result.h"

#include <filesystem>

namespace mnemo {

/// "mnemo.pair/1" (docs/json.md): the documents of both, how they were paired, and the difference.
/// @throws Failure as exportJson()
Json exportPairJson(const Result& first, const Result& second);

/// The lines of both and of the difference as in exportCsv(), with whose they are in front.
/// @throws Failure as exportCsv()
std::string exportPairCsv(const Result& first, const Result& second);

/// What is compared, on one grid: the first's numbers, the second's, and their difference. Traces: p [3, sites, layers
/// of the deeper one, token pairs]; others: [3, curves, layers of the first]. NaN where there is none.
/// @throws Failure NotFound when nothing of the two can be compared
HostTensor exportPairNumbers(const Result& first, const Result& second);

/// Writes .json, .csv or .npy, whole or not at all.
/// @throws Failure Usage naming the known extensions, WriteFailed naming the folder
void exportPair(const Result& first, const Result& second, const std::filesystem::path& file);

}  // namespace mnemo
