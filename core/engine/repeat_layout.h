// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/batches.h"
#include "core/engine/kept_rows.h"

#include <set>
#include <vector>

namespace mnemo {

/// A plan cut in two: what its parameters cannot change, and what they can.
struct RepeatLayout {
    std::vector<RunLayout> once, again;  ///< of all runs, as the first pass and as the others lay them out
    Batch first, others;                 ///< their runs and readouts; the others' with the runs that are kept
    KeptLayout kept;
};

/// @param plan its readouts move up to the run that has the row they read, so that what cannot change is read once
/// @param parameters values of its patches that differ from pass to pass
RepeatLayout layOutRepeated(const LanguageModel& model, Plan& plan, const std::set<const HostTensor*>& parameters);

}  // namespace mnemo
