// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/editable.h"

#include "core/data/error.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace mnemo {
namespace {

bool fits(const EditTerm& term, const LanguageModel& model)
{
    const std::vector<std::string> matrices = model.matrices();
    if (term.layer < 0 || term.layer >= model.info().layers ||
        std::ranges::find(matrices, term.matrix) == matrices.end())
        return false;
    const EditableMatrix known = editableMatrix(model, term.matrix);
    return std::size_t(siteWidth(model, known.output)) == term.u.size() &&
           std::size_t(siteWidth(model, known.input)) == term.v.size();
}

}  // namespace

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

RankOneEdit editFor(const EditTerm& term, double alpha, const LoadedModel& model)
{
    if (!fits(term, *model.model))
        throw Failure(ErrorCode::Usage,
                      "The edit of " + term.matrix + " in layer " + std::to_string(term.layer) + " (" +
                          std::to_string(term.u.size()) + " × " + std::to_string(term.v.size()) +
                          ") does not fit the model " + model.name + ".",
                      "Switch the edit off, or choose the model it was made for.");
    const auto onDevice = [&](const std::vector<float>& values) {
        return at::tensor(values, at::kFloat).to(model.model->options().device());
    };
    return {term.matrix, term.layer, onDevice(term.u), onDevice(term.v), alpha, term.hash};
}

Json editsJson(const Edits& edits)
{
    Json list = Json::array();
    for (const RankOneEdit& edit : edits)
        list.push_back({{"hash", edit.hash}, {"matrix", edit.matrix}, {"layer", edit.layer}, {"alpha", edit.alpha}});
    return list;
}

}  // namespace mnemo
