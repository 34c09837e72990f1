// SPDX-License-Identifier: GPL-3.0-or-later
// The forms in which a comparison leaves the program.
#include "core/data/numbers.h"
#include "core/experiments/comparison.h"
#include "core/io/csv.h"

namespace mnemo {
namespace {

Json jumpJson(const std::optional<Jump>& jump, int layers)
{
    if (!jump)
        return nullptr;
    return {{"layer", jump->layer}, {"depth", double(jump->layer) / layers}, {"by", jump->by}};
}

Json curveJson(const CurveComparison& curve, const Comparison& comparison)
{
    Json json{{"array", curve.array}, {"column", curve.column}, {"compared", curve.compared}};
    json["at_limit"] = Json::array();
    for (std::size_t layer = 0; layer < curve.atLimit.size(); ++layer)
        if (curve.atLimit[layer])
            json["at_limit"].push_back(layer);
    json["largest"] =
        curve.compared > 0 ? Json{{"difference", curve.largest()}, {"layer", curve.largestLayer}} : Json();
    json["mean"] = curve.compared > 0 ? Json(curve.mean) : Json();
    json["correlation"] = curve.correlation ? Json(*curve.correlation) : Json();
    json["jump"] = {{"ours", jumpJson(curve.ourJump, comparison.layers)},
                    {"published", jumpJson(curve.publishedJump, comparison.publishedLayers)}};
    json["ours"] = numbersJson(curve.ours);
    json["published"] = numbersJson(curve.published);
    if (!curve.eq7.empty())
        json["eq7"] = numbersJson(curve.eq7);
    return json;
}

}  // namespace

std::string verdictText(bool sameSize)
{
    return sameSize ? "same size" : "different model: shape only";
}

std::string publishedTitle(const std::string& publishedModel, bool sameSize)
{
    return "published, " + publishedModel + (sameSize ? "" : " (shape only)");
}

Json toJson(const Comparison& comparison)
{
    Json json{{"schema", "mnemo.comparison/1"},
              {"figure", comparison.figure},
              {"model", {{"name", comparison.model}, {"layers", comparison.layers}}},
              {comparison.unit, comparison.examples},
              {"published", {{"name", comparison.publishedModel}, {"layers", comparison.publishedLayers}}},
              {"same_size", comparison.sameSize},
              {"verdict", comparison.verdict()}};
    json["curves"] = Json::array();
    for (const CurveComparison& curve : comparison.curves)
        json["curves"].push_back(curveJson(curve, comparison));
    json["orders"] = Json::array();
    for (const CurveOrder& order : comparison.orders)
        json["orders"].push_back({{"array", order.array},
                                  {"ours", order.ours},
                                  {"published", order.published},
                                  {"same", order.ours == order.published}});
    return json;
}

std::string comparisonCsv(const Comparison& comparison)
{
    std::string csv = "# mnemo.comparison/1\n# " + comparison.figure + ": " + comparison.model + ", published " +
                      comparison.publishedModel + ", " + comparison.verdict() +
                      "\narray,column,layer,depth,ours,published,difference,at_limit,ours_eq7\r\n";
    for (const CurveComparison& curve : comparison.curves)
        for (std::size_t layer = 0; layer < curve.ours.size(); ++layer)
            csv += csvField(curve.array) + "," + csvField(curve.column) + "," + std::to_string(layer) + "," +
                   csvNumber(double(layer) / comparison.layers) + "," + csvNumber(curve.ours[layer]) + "," +
                   csvNumber(curve.published[layer]) + "," + csvNumber(curve.difference[layer]) + "," +
                   (curve.atLimit[layer] ? "1" : "0") + "," +
                   (curve.eq7.empty() ? std::string() : csvNumber(curve.eq7[layer])) + "\r\n";
    return csv;
}

Json referenceCurves(const Comparison& comparison)
{
    Json curves = Json::array();
    for (const CurveComparison& curve : comparison.curves) {
        Json values = numbersJson(curve.published);
        for (std::size_t layer = 0; layer < curve.atLimit.size(); ++layer)
            if (curve.atLimit[layer])
                values[layer] = nullptr;
        curves.push_back({{"array", curve.array}, {"column", curve.column}, {"values", std::move(values)}});
    }
    return {{"title", publishedTitle(comparison.publishedModel, comparison.sameSize)}, {"curves", std::move(curves)}};
}

}  // namespace mnemo
