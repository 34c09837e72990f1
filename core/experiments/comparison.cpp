// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/correlation.h"
#include "core/data/depth.h"
#include "core/data/error.h"
#include "core/data/numbers.h"

namespace mnemo {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double smallestJump = 0.05;

double cutTo(std::optional<double> limit, double value)
{
    return limit ? std::clamp(value, 0.0, *limit) : value;  // NaN stays NaN
}

std::vector<double> cutTo(std::optional<double> limit, std::vector<double> values)
{
    for (double& value : values)
        value = cutTo(limit, value);
    return values;
}

/// One column of an array [layer, column], or an array [layer] where the match names no column; NaN where there is no
/// value, and all of it when there is no such column.
std::vector<double> columnOf(const Result& result, const PublishedMatch& match, int layers)
{
    std::vector<double> values(std::size_t(layers), none);
    const ArrayPtr array = result.find(match.array);
    if (!array || array->axes.size() != (match.column.empty() ? 1u : 2u))
        return values;
    int column = 0;
    if (!match.column.empty()) {
        const std::vector<std::string>& labels = array->axes[1].labels;
        column = int(std::ranges::find(labels, match.column) - labels.begin());
        if (column == int(labels.size()))
            return values;
    }
    const std::vector<double> found = columnOf(*array, column);
    std::copy_n(found.begin(), std::min(values.size(), found.size()), values.begin());
    return values;
}

/// Sets what is published at the depth of each of our layers.
void placeAtOurDepths(CurveComparison& curve, const PublishedReference& reference, int layers)
{
    for (int layer = 0; layer < layers; ++layer) {
        const DepthPlace place = placeAtDepth(layer, layers, reference.values.size());
        const auto isAtLimit = [&](std::size_t at) { return reference.values[at] >= *reference.colourLimit; };
        curve.published.push_back(place.of(reference.values));
        curve.atLimit.push_back(reference.colourLimit &&
                                (isAtLimit(place.below) || (place.share > 0 && isAtLimit(place.above))));
    }
}

void measureDifferences(CurveComparison& curve, std::optional<double> limit)
{
    for (std::size_t layer = 0; layer < curve.ours.size(); ++layer) {
        const double difference =
            curve.atLimit[layer] ? none : cutTo(limit, curve.ours[layer]) - curve.published[layer];
        curve.difference.push_back(difference);
        if (std::isnan(difference))
            continue;
        ++curve.compared;
        curve.mean += std::abs(difference);
        if (curve.largestLayer < 0 || std::abs(difference) > std::abs(curve.largest()))
            curve.largestLayer = int(layer);
    }
    if (curve.compared > 0)
        curve.mean /= curve.compared;
}

/// The published curve without what its colour says only "at least" of: NaN there.
std::vector<double> belowLimit(const CurveComparison& curve)
{
    std::vector<double> values = curve.published;
    for (std::size_t layer = 0; layer < values.size(); ++layer)
        if (curve.atLimit[layer])
            values[layer] = none;
    return values;
}

CurveComparison compareCurve(const PublishedReference& reference, const Result& result, const Result* eq7, int layers)
{
    CurveComparison curve;
    curve.array = reference.match.array;
    curve.column = reference.match.column;
    curve.ours = columnOf(result, reference.match, layers);
    if (eq7)
        curve.eq7 = columnOf(*eq7, reference.match, layers);
    placeAtOurDepths(curve, reference, layers);
    measureDifferences(curve, reference.colourLimit);
    const std::vector<double> ours = cutTo(reference.colourLimit, curve.ours);
    curve.correlation = correlation(ours, belowLimit(curve));
    curve.ourJump = jumpOf(ours);
    curve.publishedJump = jumpOf(reference.values);
    return curve;
}

/// Columns of an array by falling mean over the layers that are compared.
std::vector<std::string> orderBy(const std::vector<const CurveComparison*>& curves,
                                 const std::vector<std::vector<double>>& values)
{
    std::vector<std::pair<double, std::string>> means;
    for (std::size_t i = 0; i < curves.size(); ++i) {
        double sum = 0;
        int count = 0;
        for (std::size_t layer = 0; layer < values[i].size(); ++layer)
            if (!std::isnan(curves[i]->difference[layer])) {
                sum += values[i][layer];
                ++count;
            }
        if (count > 0)
            means.emplace_back(-sum / count, curves[i]->column);
    }
    std::ranges::stable_sort(means, {}, &std::pair<double, std::string>::first);
    std::vector<std::string> order;
    for (const auto& [mean, column] : means)
        order.push_back(column);
    return order;
}

/// One per array that has several curves.
std::vector<CurveOrder> ordersOf(const std::vector<CurveComparison>& curves,
                                 const std::vector<PublishedReference>& references)
{
    std::vector<CurveOrder> orders;
    for (std::size_t begin = 0; begin < curves.size();) {
        std::vector<const CurveComparison*> panel;
        std::vector<std::vector<double>> ours, published;
        std::size_t end = begin;
        for (; end < curves.size() && curves[end].array == curves[begin].array; ++end) {
            panel.push_back(&curves[end]);
            ours.push_back(cutTo(references[end].colourLimit, curves[end].ours));
            published.push_back(curves[end].published);
        }
        if (panel.size() > 1)
            orders.push_back({curves[begin].array, orderBy(panel, ours), orderBy(panel, published)});
        begin = end;
    }
    return orders;
}

}  // namespace

std::vector<PublishedReference> matchPublished(const PaperFigure& figure, const std::vector<PublishedPanel>& panels)
{
    const auto refuse = [&](const std::string& what) {
        throw Failure(ErrorCode::Damaged, "The published numbers of " + figure.name + " cannot be used: " + what + ".",
                      "Give the file " + figure.publishedFile + ", or leave --published out.");
    };
    std::vector<PublishedReference> references;
    for (const PublishedMatch& match : figure.curves) {
        const auto panel = std::ranges::find(panels, match.panel, &PublishedPanel::name);
        if (panel == panels.end())
            refuse("there is no panel \"" + std::string(match.panel) + "\"");
        const PublishedCurve* curve = panel->find(match.curve);
        if (!curve)
            refuse("\"" + std::string(match.panel) + "\" has no curve \"" + std::string(match.curve) + "\"");
        if (!references.empty() && curve->values.size() != references.front().values.size())
            refuse("the panel \"" + std::string(match.panel) + "\" has another number of layers");
        references.push_back({match, curve->values, panel->colourLimit});
    }
    return references;
}

std::optional<Jump> jumpOf(const std::vector<double>& curve)
{
    std::optional<Jump> jump;
    for (std::size_t layer = 1; layer < curve.size(); ++layer) {
        const double by = curve[layer] - curve[layer - 1];
        if (std::abs(by) >= smallestJump && (!jump || std::abs(by) > std::abs(jump->by)))
            jump = {int(layer), by};
    }
    return jump;
}

std::string Comparison::verdict() const
{
    return verdictText(sameSize);
}

Comparison compare(const PaperFigure& figure, const std::vector<PublishedReference>& references, const Result& result,
                   const Result* eq7)
{
    Comparison comparison;
    comparison.figure = figure.name;
    comparison.model = result.model.value("name", std::string());
    comparison.publishedModel = figure.publishedModel;
    comparison.unit = figure.paper == Paper::IoiCircuit ? "pairs" : "facts";
    comparison.examples = result.head.contains("counts") ? result.head["counts"].at("used").get<int>()
                                                         : result.head.at("pairs").at("count").get<int>();
    comparison.layers = result.model.at("layers").get<int>();
    comparison.publishedLayers = int(references.front().values.size());
    comparison.sameSize = comparison.layers == comparison.publishedLayers &&
                          result.model.at("d_model").get<int>() == figure.publishedWidth;
    for (const PublishedReference& reference : references)
        comparison.curves.push_back(compareCurve(reference, result, eq7, comparison.layers));
    comparison.orders = ordersOf(comparison.curves, references);
    return comparison;
}

}  // namespace mnemo
