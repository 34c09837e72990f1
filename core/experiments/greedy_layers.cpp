// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/greedy_layers.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/experiments/state_arrays.h"

namespace mnemo {

void takeGreedily(const PairRuns& runs, std::span<const std::size_t> pairs, int layers, const LayerPatches& patches,
                  const StepTaken& stepTaken, Reporter& reporter)
{
    std::vector<int> taken, left(static_cast<std::size_t>(layers));
    std::iota(left.begin(), left.end(), 0);
    while (!left.empty()) {
        const auto with = [&](std::size_t candidate) {
            std::vector<int> more = taken;
            more.insert(std::ranges::lower_bound(more, left[candidate]), left[candidate]);
            return more;
        };
        const std::vector<PairMeans> means = runs.means(
            pairs, left.size(),
            [&](const PromptPair& pair, std::size_t candidate, RunId corrupt) {
                return patches(pair, with(candidate), corrupt);
            },
            reporter);
        const auto best = std::ranges::max_element(means, [](const PairMeans& a, const PairMeans& b) {
            return std::tie(a.accuracy, a.probability) < std::tie(b.accuracy, b.probability);
        });
        const auto chosen = best - means.begin();
        const LayerStep step{left[std::size_t(chosen)], *best};
        taken = with(std::size_t(chosen));
        left.erase(left.begin() + chosen);
        if (!stepTaken(step))
            return;
    }
}

std::vector<Patch> removeLayers(const PromptPair& pair, const std::vector<int>& layers, int width)
{
    const auto zeros =
        std::make_shared<const HostTensor>(HostTensor{{width}, std::vector<float>(std::size_t(width), 0.0f)});
    std::vector<Patch> patches;
    for (const int layer : layers) {
        Patch& patch = patches.emplace_back();
        patch.site = {SiteKind::O, layer, {}};
        patch.positions = allPositions(std::size_t(pair.tokens()));
        patch.what = SetTo{zeros};
    }
    return patches;
}

std::vector<Patch> cutCrossTalk(const PromptPair& pair, const std::vector<int>& layers, bool mamba, RunId corrupt)
{
    std::vector<Patch> patches;
    for (const int layer : layers)
        patches.push_back(fromCorrupt({mamba ? SiteKind::Conv : SiteKind::Attn, layer, {}},
                                      allPositions(std::size_t(pair.tokens())), corrupt));
    return patches;
}

}  // namespace mnemo
