// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/edit.h"
#include "core/data/json.h"
#include "core/data/site.h"
#include "core/engine/edits.h"
#include "core/engine/loaded_model.h"

#include <string>

namespace mnemo {

/// A matrix that ROME can change, y = W x, and the sites where x and y stand (METHODS.md §4.1). y of W_g is the gate
/// before its SiLU; y of W_down holds the bias.
struct EditableMatrix {
    std::string name;  ///< "W_o", "W_a", "W_g"; "W_down"
    SiteKind input;    ///< sg, n, n; mlp_act
    SiteKind output;   ///< o, a, z; mlp
};

/// @throws Failure UnknownSite naming the matrices this model has
EditableMatrix editableMatrix(const LanguageModel& model, const std::string& name);

/// @throws Failure SiteNotReached naming the layers this model has
void checkEditLayer(const LanguageModel& model, int layer);

/// An edit as the engine wants it, on the model's device. @throws Failure Usage when its shape does not fit the model
RankOneEdit editFor(const EditTerm& term, double alpha, const LoadedModel& model);

/// What records and provenance say of the edits that are on: [{"hash","matrix","layer","alpha"}], in their order.
Json editsJson(const Edits& edits);

}  // namespace mnemo
