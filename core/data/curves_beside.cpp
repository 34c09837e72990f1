// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/curves_beside.h"

#include "core/data/depth.h"
#include "core/data/numbers.h"

#include <algorithm>
#include <array>
#include <optional>

namespace mnemo {
namespace {

/// Names of Mamba and of GPT-NeoX for what plays the same part; as severed states, o is "attn + mlp".
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> counterparts{
    {{"s", "attn"}, {"s.ie", "attn.ie"}, {"o", "attn + mlp"}}};

std::string_view counterpart(std::string_view name)
{
    for (const auto& [mamba, pythia] : counterparts)
        if (name == mamba || name == pythia)
            return name == mamba ? pythia : mamba;
    return {};
}

/// Errors and counts belong to curves and are none.
bool isCurve(const Array& array)
{
    return !array.name.ends_with(".se") && !array.name.ends_with(".n");
}

bool isLayered(const ArrayPtr& array)
{
    return array && array->axes.size() == 2 && array->axes[0].name == "layer" && array->axes[0].size() > 0 &&
           array->values.size() == std::size_t(array->axes[0].size()) * std::size_t(array->axes[1].size());
}

ArrayPtr arrayBeside(const Result& other, const std::string& name)
{
    const ArrayPtr same = other.find(name);
    return same ? same : other.find(counterpart(name));
}

std::optional<int> columnBeside(const Axis& columns, const std::string& label)
{
    for (const std::string_view name : {std::string_view(label), counterpart(label)})
        if (const auto found = std::ranges::find(columns.labels, name); found != columns.labels.end())
            return int(found - columns.labels.begin());
    return std::nullopt;
}

}  // namespace

std::vector<CurvePair> pairCurves(const Result& result, const Result& other)
{
    std::vector<CurvePair> pairs;
    for (const ArrayPtr& mine : result.arrays) {
        const ArrayPtr theirs = isLayered(mine) && isCurve(*mine) ? arrayBeside(other, mine->name) : nullptr;
        for (int own = 0; isLayered(theirs) && own < mine->axes[1].size(); ++own)
            if (const auto found = columnBeside(theirs->axes[1], mine->axes[1].labels[std::size_t(own)]))
                pairs.push_back(
                    {mine, own, columnOf(*mine, own), atDepths(columnOf(*theirs, *found), mine->axes[0].size())});
    }
    return pairs;
}

std::string nameBeside(const Result& other)
{
    const std::string model = other.model.is_object() ? other.model.value("name", "") : std::string();
    return model + ": " + (other.title.empty() ? other.kind : other.title);
}

Json curvesBeside(const Result& result, const Result& other)
{
    Json curves = Json::array();
    for (const CurvePair& pair : pairCurves(result, other))
        curves.push_back({{"array", pair.array->name}, {"column", pair.label()}, {"values", numbersJson(pair.second)}});
    return curves.empty() ? Json() : Json{{"title", nameBeside(other)}, {"curves", std::move(curves)}};
}

Result withCurvesBeside(const Result& result, const Result& other)
{
    Result both = result;
    both.head["reference"] = curvesBeside(result, other);
    return both;
}

bool haveCurvesBeside(const Result& result, const Result& other)
{
    return result.kind == other.kind && !pairCurves(result, other).empty();
}

}  // namespace mnemo
