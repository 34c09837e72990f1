// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/edits.h"
#include "tests/support/tiny_models.h"

#include <ATen/ATen.h>
#include <string>

namespace mnemo::test {

inline std::string editedTensor(const TinyModel& model)
{
    return model.config.modelType == "mamba" ? "backbone.layers.1.mixer.out_proj.weight"
                                             : "gpt_neox.layers.1.mlp.dense_4h_to_h.weight";
}

/// A rank-one edit of W_o or W_down in layer 1.
inline RankOneEdit tinyEdit(const TinyModel& model)
{
    const at::Tensor& matrix = model.tensors.at(editedTensor(model));
    return {model.config.modelType == "mamba" ? "W_o" : "W_down", 1, at::linspace(-1, 1, matrix.size(0), at::kDouble),
            at::linspace(0.2, 0.8, matrix.size(1), at::kDouble), 0.7};
}

/// The same weights with the edit inside.
inline TinyModel withEdit(TinyModel model, const RankOneEdit& edit)
{
    at::Tensor& matrix = model.tensors.at(editedTensor(model));
    matrix = matrix + edit.alpha * at::outer(edit.u_O, edit.v_I);
    return model;
}

}  // namespace mnemo::test
