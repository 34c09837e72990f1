// SPDX-License-Identifier: GPL-3.0-or-later
// Names in a prompt of one's own, and the slots they stand in.
#pragma once
#include "core/data/prompt.h"
#include "core/io/ioi_material.h"

#include <string>
#include <vector>

namespace mnemo {

struct PlacedName {
    std::string name;
    int token = 0;  ///< position

    bool operator==(const PlacedName&) const = default;
};

/// The names by their slots, the first at index 0: where the prompt fits one of the material's templates whatever
/// stands in their slots, else the material's names as they come.
/// @throws Failure Usage when a template's slot holds what is not one token
std::vector<PlacedName> namesOf(const Prompt& prompt, const IoiMaterial& material);

/// A word's occurrence in the prompt as one token. @param nth 1 the first, 0 the last
/// @throws Failure SubjectNotInPrompt; Usage when there are fewer, or the word is not one token there
PlacedName nameIn(const Prompt& prompt, const std::string& name, int nth);

}  // namespace mnemo
