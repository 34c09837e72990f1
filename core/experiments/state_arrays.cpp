// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/state_arrays.h"

#include <numeric>

#include "core/data/error.h"
#include "core/experiments/axes.h"

namespace mnemo {

int readStates(Plan& plan, RunId run, const Site& site, const std::vector<int>& positions)
{
    const int first = int(plan.readouts.size());
    for (const int pos : positions) {
        Readout readout;
        readout.run = run;
        readout.position = pos;
        readout.state = site;
        plan.read(std::move(readout));
    }
    return first;
}

std::vector<int> allPositions(std::size_t tokens)
{
    std::vector<int> positions(tokens);
    std::iota(positions.begin(), positions.end(), 0);
    return positions;
}

int widthOf(const LanguageModel& model, SiteKind site)
{
    if (const int width = siteWidth(model, site))
        return width;
    throw Failure(
        ErrorCode::UnknownSite,
        "The architecture " + model.info().architecture + " has no site \"" + std::string(siteName(site)) + "\".",
        "Choose another model.");
}

ArrayPtr stateArray(const Site& site, const Prompt& prompt, const std::vector<int>& positions,
                    const std::vector<int>& first, const PlanResult& result)
{
    const std::size_t width = result.values[std::size_t(first.front())].state.size();
    Axis token{"token", {}};
    for (const int pos : positions)
        token.labels.push_back(prompt.tokens[std::size_t(pos)].text);
    std::vector<double> values(positions.size() * width, 0.0);
    for (const int sample : first)
        for (std::size_t row = 0; row < positions.size(); ++row) {
            const std::vector<float>& state = result.values[std::size_t(sample) + row].state;
            for (std::size_t i = 0; i < width; ++i)
                values[row * width + i] += double(state[i]) / double(first.size());
        }
    return std::make_shared<const Array>(
        computedArray(toString(site), {token, numberedAxis("entry", width)}, "", std::move(values)));
}

}  // namespace mnemo
