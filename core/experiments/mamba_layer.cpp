// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/mamba_layer.h"

#include <algorithm>

#include "core/data/error.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {

void checkMambaLayer(const LoadedModel& model, int layer, const std::string& experiment)
{
    const ModelInfo& info = model.model->info();
    if (info.architecture != "mamba")
        throw Failure(ErrorCode::Usage,
                      experiment + " looks into a Mamba layer; " + model.name + " is a " + info.architecture + ".",
                      "Choose a Mamba model, or run ioi and circuit, which know both architectures.");
    if (layer >= info.layers)
        throw Failure(
            ErrorCode::Usage,
            "There is no layer " + std::to_string(layer) + "; " + model.name + " has " + std::to_string(info.layers) +
                ".",
            "Choose a layer from 0 to " + std::to_string(info.layers - 1) + ", or -1 for the one that matters most.");
}

std::vector<double> layerCosts(const PairRuns& runs, std::span<const std::size_t> pairs, int layers, Reporter& reporter)
{
    std::vector<double> costs;
    for (const PairMeans& means : runs.means(
             pairs, std::size_t(layers),
             [](const PromptPair&pair, std::size_t layer, RunId corrupt) {
                 return std::vector{fromCorrupt({SiteKind::BlockIn, int(layer), {}},
                                                allPositions(std::size_t(pair.tokens())), corrupt)};
             },
             reporter))
        costs.push_back(1 - means.normalized);
    return costs;
}

int bottleneckOf(const std::vector<double>& costs)
{
    if (costs.size() < 2)
        return 0;
    return int(std::max_element(costs.begin() + 1, costs.end()) - costs.begin());
}

}  // namespace mnemo
