// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/editable.h"

#include "core/data/error.h"

#include <algorithm>

namespace mnemo {

EditableMatrix editableMatrix(const LanguageModel& model, const std::string& name)
{
    const std::vector<std::string> matrices = model.matrices();
    if (std::ranges::find(matrices, name) == matrices.end()) {
        std::string known;
        for (const std::string& matrix : matrices)
            known += (known.empty() ? "" : ", ") + matrix;
        throw Failure(ErrorCode::UnknownSite,
                      "The architecture " + model.info().architecture + " has no matrix \"" + name + "\" to edit.",
                      "Choose one of " + known + ".");
    }
    if (name == "W_o")
        return {name, SiteKind::SG, SiteKind::O};
    if (name == "W_a")
        return {name, SiteKind::N, SiteKind::A};
    if (name == "W_g")
        return {name, SiteKind::N, SiteKind::Z};
    return {name, SiteKind::MlpAct, SiteKind::Mlp};
}

void checkEditLayer(const LanguageModel& model, int layer)
{
    const int layers = model.info().layers;
    if (layer < 0 || layer >= layers)
        throw Failure(ErrorCode::SiteNotReached,
                      "There is no layer " + std::to_string(layer) + "; this model has " + std::to_string(layers) + ".",
                      "Choose a layer from 0 to " + std::to_string(layers - 1) + ".");
}

}  // namespace mnemo
