// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/strict_json.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

/// What config.json says about a model, both spellings of each key read, defaults filled in (METHODS.md §1.2–1.3).
/// Options that would change the computation and are not implemented never get here: they are refused by name.
struct ModelConfig {
    std::string modelType;       ///< "mamba" or "gpt_neox"
    int vocabSize = 0;           ///< V, rows of the embedding, padding rows included
    int hiddenSize = 0;          ///< D
    int layers = 0;              ///< L
    double normEps = 1e-5;       ///< of RMSNorm or LayerNorm
    bool tiedEmbeddings = true;  ///< the output matrix is the embedding
    int eosId = 0;
    std::string dtype;  ///< as stored, "bfloat16"; empty when the file does not say

    // Mamba
    int innerSize = 0;     ///< E
    int stateSize = 16;    ///< N
    int convKernel = 4;    ///< taps of the causal convolution
    int timeStepRank = 0;  ///< R

    // GPT-NeoX
    int heads = 0;
    int intermediateSize = 0;  ///< width of the MLP
    int maxPositions = 0;      ///< longest prompt
    int rotaryDims = 0;        ///< first entries of each head's queries and keys that are rotated; even
    double rotaryBase = 10000;
    bool parallelResidual = true;

    int headSize() const { return heads > 0 ? hiddenSize / heads : 0; }
};

/// Types this reader knows all options of.
inline const std::vector<std::string> builtInModelTypes{"mamba", "gpt_neox"};

/// @param file for the messages
/// @param types those there is a model file for; of others than the built-in ones only the sizes all share are read
/// @throws Failure Damaged (a key is missing or absurd), UnsupportedModel naming the model type or option
ModelConfig parseModelConfig(const SortedJson& json, const std::string& file,
                             const std::vector<std::string>& types = builtInModelTypes);

/// Reads `config.json` of a checkpoint folder. @throws Failure also NotFound, Unreadable
ModelConfig readModelConfig(const std::filesystem::path& folder,
                            const std::vector<std::string>& types = builtInModelTypes);

}  // namespace mnemo
