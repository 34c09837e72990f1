// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/experiment.h"

namespace mnemo {

// One function per file of this folder; table.cpp lists them.
Experiment predictExperiment();  ///< predict.cpp: the most probable next tokens
Experiment traceExperiment();    ///< trace.cpp: causal tracing, layer × token
Experiment patchExperiment();    ///< patch.cpp: any patches, by hand
Experiment statesExperiment();   ///< states.cpp: states as they are

}  // namespace mnemo
