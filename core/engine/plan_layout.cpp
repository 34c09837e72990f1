// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/plan_layout.h"

#include <algorithm>
#include <set>

namespace mnemo {

int stageOf(const Site& site, int layers)
{
    switch (site.kind) {
        case SiteKind::Embed:
            return 0;
        case SiteKind::H:
            return site.layer + 1;  // joins behind the block with its rows already patched
        case SiteKind::Final:
            return layers;
        default:
            return site.layer;
    }
}

RunId sourceOf(const Patch& patch)
{
    if (const auto* copy = std::get_if<CopyFrom>(&patch.what))
        return copy->run;
    if (const auto* reroute = std::get_if<Reroute>(&patch.what))
        return reroute->run;
    return -1;
}

const HostTensor* valueOf(const Patch& patch)
{
    if (const auto* set = std::get_if<SetTo>(&patch.what))
        return set->value.get();
    const auto* add = std::get_if<AddTo>(&patch.what);
    return add ? add->value.get() : nullptr;
}

namespace {

/// The layer in whose tail all patches are that let the run differ first, or −1. What it inherits in that layer must be
/// in the tail as well: its rows there go through the tail only.
int entryLayerOf(const std::vector<SiteInfo>& sites, const RunLayout& run, int layers)
{
    const int layer = run.stage;
    const auto inTail = [&](const Site& site) {
        return std::ranges::any_of(sites, [&](const SiteInfo& info) { return info.kind == site.kind && info.tail; });
    };
    const auto fits = [&](const Patch* patch, bool own) {
        const Site& site = patch->site;
        const bool behind = own && site.kind == SiteKind::H;
        if (site.kind == SiteKind::Embed || site.kind == SiteKind::Final || site.layer != layer || behind)
            return !own || stageOf(site, layers) > layer;
        return inTail(site);
    };
    const auto firstOwn = run.patches.begin() + std::ptrdiff_t(run.ownFrom);
    const bool all =
        std::all_of(run.patches.begin(), firstOwn, [&](const Patch* patch) { return fits(patch, false); }) &&
        std::all_of(firstOwn, run.patches.end(), [&](const Patch* patch) { return fits(patch, true); });
    return all && layer < layers && firstOwn != run.patches.end() ? layer : -1;
}

std::vector<int> entryTokensOf(const RunLayout& run)
{
    std::set<int> tokens;
    for (std::size_t i = run.ownFrom; i < run.patches.size(); ++i)
        if (run.patches[i]->site.layer == run.entryLayer)
            tokens.insert(run.patches[i]->positions.begin(), run.patches[i]->positions.end());
    return {tokens.begin(), tokens.end()};
}

}  // namespace

std::vector<RunLayout> layOut(const LanguageModel& model, const Plan& plan)
{
    const int layers = model.info().layers;
    const std::vector<SiteInfo> sites = model.sites();
    std::vector<RunLayout> layouts;
    for (const Run& run : plan.runs) {
        RunLayout layout;
        if (run.parent) {
            const RunLayout& parent = layouts[std::size_t(*run.parent)];
            layout.length = parent.length;
            layout.first = parent.length;
            layout.stage = layers;
            layout.level = parent.level + 1;
            layout.patches = parent.patches;
            layout.needs.push_back(*run.parent);
        } else {
            layout.length = static_cast<int>(run.tokens.size());
        }
        layout.joins = !run.parent || !run.patches.empty();
        layout.ownFrom = layout.patches.size();
        for (const Patch& patch : run.patches) {
            layout.patches.push_back(&patch);
            if (run.parent) {
                layout.first = std::min(layout.first, patch.positions.front());
                layout.stage = std::min(layout.stage, stageOf(patch.site, layers));
            }
            if (const RunId source = sourceOf(patch); source >= 0) {
                layout.needs.push_back(source);
                layout.level = std::max(layout.level, layouts[std::size_t(source)].level + 1);
            }
        }
        if (run.parent)
            layout.entryLayer = entryLayerOf(sites, layout, layers);
        if (layout.entryLayer >= 0) {
            layout.entryTokens = entryTokensOf(layout);
            ++layout.stage;
        }
        layouts.push_back(std::move(layout));
    }
    return layouts;
}

}  // namespace mnemo
