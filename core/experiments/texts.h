// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that means and statistics of states are taken over.
#pragma once
#include "core/experiments/experiment.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

/// The lines of a text file that are not empty; without a file, sentences of the program's facts with their objects.
/// @param shipped how many of these
/// @throws Failure NotFound, Unreadable; Usage when no line is left
std::vector<std::string> readTexts(const std::filesystem::path& file, std::size_t shipped = 128);

/// The first tokens of a text, without a prefix: at most `most`, and no more than the model reads.
std::vector<int> firstTokens(const ExperimentContext& context, const std::string& text, std::size_t most);

/// What is computed of this model may be kept for later ones like it: its weights are named by a hash, and no edit is
/// on.
bool mayBeKept(const ExperimentContext& context);

/// Names what was computed of texts by all that it depends on: the model, its type, `what` and the tokens.
std::string hashOfTexts(const ExperimentContext& context, const std::string& what,
                        const std::vector<std::vector<int>>& texts);

}  // namespace mnemo
