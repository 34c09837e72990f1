// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/table.h"

#include "core/io/model_config.h"
#include "models/architectures.h"

namespace mnemo {

std::vector<Architecture> builtInArchitectures()
{
    return {mambaArchitecture(), gptNeoxArchitecture()};
}

double parameterCount(const ModelConfig& config)
{
    const double D = config.hiddenSize, L = config.layers, V = config.vocabSize;
    const double embeddings = V * D * (config.tiedEmbeddings ? 1 : 2);
    if (config.modelType == "mamba") {
        const double E = config.innerSize, N = config.stateSize, R = config.timeStepRank, K = config.convKernel;
        const double block = D + 2 * E * D + E * K + E + (R + 2 * N) * E + E * R + E + E * N + E + D * E;
        return embeddings + L * block + D;
    }
    const double M = config.intermediateSize;
    const double block = 4 * D + 3 * D * D + 3 * D + D * D + D + 2 * M * D + M + D;
    return embeddings + L * block + 2 * D;
}

}  // namespace mnemo
