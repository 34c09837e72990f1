// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/memory_need.h"

#include "core/io/model_config.h"
#include "models/architectures.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr int promptTokens = 20;         // of the statement
constexpr std::int64_t mostRows = 4096;  // of a batch on a CPU (core/engine/run_plan.cpp)
constexpr int romePrompts = 11;          // ten contexts and the one that must not drift (METHODS.md §4)

/// As activationBytesPerRow() of a plan that asks for no attention pattern.
std::int64_t bytesPerRow(const ModelConfig& c)
{
    const double D = c.hiddenSize, E = c.innerSize, N = c.stateSize, M = c.intermediateSize;
    const double entries = c.modelType == "mamba" ? 6 * D + 8 * E + 2 * N : 7 * D + M;
    return std::int64_t(1.25 * entries * double(sizeof(float)));
}

}  // namespace

MemoryNeed memoryNeed(const ModelConfig& config, const Architecture& architecture, const std::string& dtype, int tokens)
{
    const bool half = dtype == "bf16";
    const double parameters = parameterCount(config);
    const std::int64_t keys = config.modelType == "mamba" ? config.innerSize : config.intermediateSize;
    const std::int64_t mapRows = std::int64_t(config.layers) * tokens * (tokens + 1) / 2;
    const std::int64_t rows = std::min(mostRows, 2 * tokens + mapRows * std::int64_t(architecture.traceSites.size()));
    MemoryNeed need;
    need.weights = std::int64_t(parameters * (half ? 2 : 4));
    need.trace = rows * bytesPerRow(config) + 512 * std::int64_t(sizeof(float)) * config.vocabSize;
    need.rome = 2 * keys * keys * std::int64_t(sizeof(double)) +
                std::int64_t(romePrompts) * tokens * config.layers * bytesPerRow(config) + need.weights / 2;
    return need;
}

Json memoryNeeds(const ModelConfig& config, const Architecture& architecture)
{
    Json json{{"tokens", promptTokens}};
    for (const char* dtype : {"f32", "bf16"}) {
        const MemoryNeed need = memoryNeed(config, architecture, dtype, promptTokens);
        json[dtype] = {{"weights", need.weights}, {"trace", need.trace}, {"rome", need.rome}};
    }
    return json;
}

}  // namespace mnemo
