// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <vector>

#include "models/training/trainer/parameters.h"

namespace mnemo {

/// Moves parameters against their gradients: embeddings, head and vectors by AdamW (Loshchilov & Hutter 2019), the
/// matrices between by Muon (Jordan et al. 2024): their averaged gradient, made orthogonal, with the root mean square
/// of AdamW's step (Liu et al. 2025), so that both share one learning rate.
class Optimizer
{
public:
    /// What is remembered of one parameter's gradients, of its shape.
    struct Moments {
        at::Tensor mean;
        at::Tensor square;  ///< undefined for Muon
    };

    /// @param dtype of Muon's products, f32 or bf16
    Optimizer(const TrainingSteps& how, const std::vector<Parameter>& parameters, at::ScalarType dtype);

    /// One step with the parameters' .grad(), which it consumes: masked, clipped together. `step`: from 0 on.
    void update(int step);

    const std::vector<Moments>& moments() const { return m_moments; }

private:
    void adamW(const std::vector<at::Tensor>& gradients, ParameterKind kind, int step, double rate);
    void muon(const std::vector<at::Tensor>& gradients, double rate);

    const TrainingSteps& m_how;
    const std::vector<Parameter>& m_parameters;
    at::ScalarType m_dtype;
    std::vector<Moments> m_moments;  ///< in the order of the parameters
};

/// Of each of B matrices the nearest one with orthogonal rows (or columns, where they are fewer), roughly: singular
/// values end up in about 0.7 … 1.2 after five steps of a quintic Newton–Schulz iteration.
/// @param x_BMN f32 or bf16, none all zero
at::Tensor orthogonalised(const at::Tensor& x_BMN);

}  // namespace mnemo
