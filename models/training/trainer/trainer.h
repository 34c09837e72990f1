// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <vector>

#include "models/training/text/text_stream.h"
#include "models/training/trainer/optimizer.h"
#include "models/training/trainer/parameters.h"

namespace mnemo {

/// Mean losses of a step, in nats per token.
struct StepLoss {
    double objects = 0;  ///< of the tokens that have to be learned
    double others = 0;
};

/// Learns a model's parameters from a stream of text: the engine's own model code runs with gradients. The same recipe,
/// text and number of threads give the same bits, also over a state that was saved in between. One thread calls it.
class Trainer
{
public:
    /// @param dtype of the matrix products, f32 or bf16; parameters and everything else are float32
    Trainer(const TrainingRecipe& recipe, TextStream& stream, at::ScalarType dtype);

    int step() const { return m_step; }  ///< steps done
    StepLoss learn();                    ///< one more

    const std::vector<Parameter>& parameters() const { return m_parameters; }

    /// Parameters, moments, step and where the text is, whole or not at all. @throws Failure WriteFailed
    void save(const std::filesystem::path& file) const;
    /// @throws Failure NotFound, Damaged (also for another model's)
    void restore(const std::filesystem::path& file);

private:
    const TrainingRecipe& m_recipe;
    TextStream& m_stream;
    at::ScalarType m_dtype;
    int m_step = 0;
    std::vector<Parameter> m_parameters;
    Optimizer m_optimizer;
};

}  // namespace mnemo
