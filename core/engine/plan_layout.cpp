// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/plan_layout.h"

#include <algorithm>

namespace mnemo {
namespace {

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

}  // namespace

std::vector<RunLayout> layOut(const Plan& plan, int layers)
{
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
        layouts.push_back(std::move(layout));
    }
    return layouts;
}

}  // namespace mnemo
