// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/path_losses.h"

#include "widgets/result_series.h"

#include <algorithm>

namespace mnemo {

namespace {

void addPlace(const Result& paths, const char* place, int layer, SeveredEffect PathLoss::*at,
              std::map<std::string, PathLoss>& losses)
{
    const ArrayPtr effects = wholeArray(paths, std::string(place) + ".ie", 2);
    if (!effects || layer < 0 || layer >= effects->axes[0].size())
        return;
    const std::vector<std::string>& cuts = effects->axes[1].labels;
    const auto none = std::ranges::find(cuts, "none");
    if (none == cuts.end() || !effects->has(layer, int(none - cuts.begin())))
        return;
    const double whole = effects->at(layer, int(none - cuts.begin()));
    for (int cut = 0; cut < int(cuts.size()); ++cut)
        if (cuts[std::size_t(cut)] != "none" && effects->has(layer, cut))
            losses[cuts[std::size_t(cut)]].*at = {whole, effects->at(layer, cut)};
}

}  // namespace

std::map<std::string, PathLoss> pathLosses(const Result& paths, int layer)
{
    std::map<std::string, PathLoss> losses;
    if (paths.kind == "paths") {
        addPlace(paths, "subject_last", layer, &PathLoss::subjectLast, losses);
        addPlace(paths, "prompt_last", layer, &PathLoss::promptLast, losses);
    }
    return losses;
}

}  // namespace mnemo
