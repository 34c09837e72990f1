// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X rows of all prompts, V rows of the vocabulary.
#pragma once
#include <vector>

#include "core/engine/language_model.h"

namespace mnemo {

/// Logits [X, V] of every token of some prompts, by the model's blocks one after the other: nothing is patched, read or
/// left out, and gradients are recorded where they are wanted. For training and checks; experiments use runPlan().
/// @param ids_X the prompts' tokens one after the other
/// @param lengths of the prompts
at::Tensor plainLogits(const LanguageModel& model, const at::Tensor& ids_X, const std::vector<int>& lengths);

}  // namespace mnemo
