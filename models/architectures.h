// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/language_model.h"
#include "models/table.h"

namespace mnemo {

// One line per model file.
Architecture mambaArchitecture();
Architecture gptNeoxArchitecture();

/// Parameters of a model with these sizes, tied output matrices counted once (METHODS.md §1.2–1.3).
double parameterCount(const ModelConfig& config);

}  // namespace mnemo
