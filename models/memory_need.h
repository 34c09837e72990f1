// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <cstdint>
#include <string>

namespace mnemo {

struct ModelConfig;  // core/io/model_config.h
struct Architecture;

/// What a model will take of a device's memory, in bytes, told from config.json alone.
struct MemoryNeed {
    std::int64_t weights = 0;  ///< one copy; on a CPU the file stays mapped beside it and can be dropped at any time
    std::int64_t trace = 0;    ///< more, for a causal trace at all default sites; a smaller budget makes it slower
    std::int64_t rome =
        0;  ///< more, for a rank-one edit: the keys' covariance in f64 and its factor, the layers behind
};

/// @param dtype "f32" or "bf16": of the weights; activations are float in both
/// @param tokens of the prompt
MemoryNeed memoryNeed(const ModelConfig& config, const Architecture& architecture, const std::string& dtype,
                      int tokens = 20);

/// {"tokens", "f32": {"weights", "trace", "rome"}, "bf16": {…}}
Json memoryNeeds(const ModelConfig& config, const Architecture& architecture);

}  // namespace mnemo
