// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/loaded_model.h"

#include "core/io/catalog.h"

namespace mnemo {

Json LoadedModel::describe() const
{
    const ModelInfo& info = model->info();
    Json sites = Json::array();
    for (const SiteInfo& site : model->sites())
        sites.push_back(std::string(siteName(site.kind)));
    return {{"name", name},
            {"hash", hash},
            {"architecture", info.architecture},
            {"layers", info.layers},
            {"d_model", info.dModel},
            {"vocabulary", info.vocabRows},
            {"context_length", info.contextLength},
            {"parameters", info.parameters},
            {"dtype", dtype},
            {"device", device},
            {"tf32", tf32},
            {"sites", sites},
            {"matrices", model->matrices()},
            {"tokenizer", tokenizer->kind()},
            {"demonstration", isDemonstration(folder)}};
}

}  // namespace mnemo
