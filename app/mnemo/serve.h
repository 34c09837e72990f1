// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/experiment.h"
#include "models/table.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mnemo {

struct ServeOptions {
    std::vector<Experiment> experiments = builtInExperiments();
    std::vector<Architecture> architectures = builtInArchitectures();
    std::string device = "auto";   ///< for a `model/load` that says "auto"
    std::string dtype = "f32";     ///< likewise
    std::int64_t memoryBytes = 0;  ///< for activations, 0: most of what is free; shared out among the classes of jobs
};

/// The engine behind the window: docs/protocol.md over stdin and stdout. Takes the real stdout for itself and points
/// fd 1 at stderr. Returns when stdin ends or `shutdown` was asked, and within a second of it the process is gone.
/// @return the exit status, 0
int serveStdio(const ServeOptions& options = {});

}  // namespace mnemo
