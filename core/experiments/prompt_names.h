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
    TokenSpan tokens;

    bool operator==(const PlacedName&) const = default;
};

/// The names by their slots, the first at index 0: where the prompt fits one of the material's templates whatever
/// stands in their slots, of however many tokens, else the material's names as they come.
std::vector<PlacedName> namesOf(const Prompt& prompt, const IoiMaterial& material);

/// A word's occurrence in the prompt. @param nth 1 the first, 0 the last
/// @throws Failure SubjectNotInPrompt; Usage when there are fewer
PlacedName nameIn(const Prompt& prompt, const std::string& name, int nth);

/// Position of a name's only token. @throws Failure Usage when it has more than one
int onlyToken(const PlacedName& name);

}  // namespace mnemo
