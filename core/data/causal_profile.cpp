// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/causal_profile.h"

#include "core/data/correlation.h"
#include "core/data/curves_beside.h"
#include "core/data/numbers.h"
#include "core/data/roles.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

namespace mnemo {
namespace {

bool isTable(const ArrayPtr& array)
{
    return array && array->axes.size() == 2;
}

std::optional<int> placeOf(const Axis& axis, std::string_view label)
{
    const auto found = std::ranges::find(axis.labels, label);
    return found == axis.labels.end() ? std::nullopt : std::optional(int(found - axis.labels.begin()));
}

/// One number of a column per label of `layers`; NaN where there is none.
std::vector<double> columnAt(const Array& array, int column, const Axis& layers)
{
    const std::vector<double> all = columnOf(array, column);
    std::vector<double> values;
    for (const std::string& label : layers.labels) {
        const std::optional<int> layer = placeOf(array.axes[0], label);
        values.push_back(layer ? all[std::size_t(*layer)] : std::numeric_limits<double>::quiet_NaN());
    }
    return values;
}

/// Of the subject's last token; none where the average does not show the site.
std::optional<std::vector<double>> effectAt(const Result& average, const std::string& site, const Axis& layers)
{
    const ArrayPtr effects = average.find(site + ".ie");
    const auto role = isTable(effects) ? placeOf(effects->axes[1], roleLabel(Role::SubjectLast)) : std::nullopt;
    return role ? std::optional(columnAt(*effects, *role, layers)) : std::nullopt;
}

}  // namespace

std::string siteOfMatrix(const std::string& matrix)
{
    return matrix == "W_o" ? "o" : matrix == "W_a" ? "a" : matrix == "W_g" ? "g" : matrix == "W_down" ? "mlp" : "";
}

void addProfile(Result& evaluation, const Result& average)
{
    const ArrayPtr scores = evaluation.find("ES");
    Json curves = Json::array(), alike = Json::object();
    for (int matrix = 0; isTable(scores) && matrix < scores->axes[1].size(); ++matrix) {
        const std::string& name = scores->axes[1].labels[std::size_t(matrix)];
        const std::optional<std::vector<double>> effect = effectAt(average, siteOfMatrix(name), scores->axes[0]);
        if (!effect)
            continue;
        curves.push_back({{"matrix", name}, {"site", siteOfMatrix(name)}, {"values", numbersJson(*effect)}});
        for (const char* measure : {"ES", "PS", "S"})
            if (const ArrayPtr array = evaluation.find(measure); array && array->axes == scores->axes) {
                const auto found = rankCorrelation(columnOf(*array, matrix), *effect);
                alike[measure][name] = found ? Json(*found) : Json();
            }
    }
    if (curves.empty())
        return;
    evaluation.head["profile"] = {{"title", nameBeside(average)}, {"curves", std::move(curves)}};
    evaluation.head["rank_correlation"] = std::move(alike);
}

}  // namespace mnemo
