// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_config.h"
#include "models/training/text/sentences.h"
#include "models/training/text/vocabulary.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace mnemo {

/// How the optimizer goes about it: linear warm-up, then linearly down to zero.
struct TrainingSteps {
    int steps = 3000;
    int rows = 32;    ///< of a batch
    int length = 40;  ///< tokens of a row
    double learningRate = 3e-3;
    int warmUp = 60;
    double weightDecay = 0.1;  ///< of matrices
    double beta1 = 0.9, beta2 = 0.98;
    double clip = 1;            ///< norm of all gradients together
    double otherWeight = 0.15;  ///< of a token that is no object, beside one that is
    int saveEvery = 250;        ///< steps between two states on disk
};

/// Mamba: keeps early layers local, so that what a subject is gathers over several of them at its last token.
struct LocalStart {
    int shortMemory = 0;  ///< first layers whose step sizes begin in 0.5 … 2 instead of 0.001 … 0.1
    /// First layers whose state stays empty: the rows of x_proj that say what is written (B) stay zero for ever.
    int stateless = 0;
    /// How many tokens back the convolution of the first layers looks: taps beyond stay zero for ever.
    std::vector<int> reach;
};

/// Everything a checkpoint follows from, with the facts and texts of this folder. One JSON file each.
struct TrainingRecipe {
    ModelConfig model;  ///< vocabSize: as trained
    TextRecipe text;
    VocabularyRecipe vocabulary;
    TrainingSteps training;
    LocalStart local;
    std::uint64_t seed = 1;
};

/// @throws Failure NotFound, Unreadable, Damaged naming the key that is unknown or has the wrong type
TrainingRecipe readRecipe(const std::filesystem::path& file);

}  // namespace mnemo
