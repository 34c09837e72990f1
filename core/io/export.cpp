// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/export.h"

#include "core/data/error.h"
#include "core/data/metric.h"
#include "core/io/array_json.h"

#include <array>
#include <cmath>

namespace mnemo {
namespace {

const Json& need(const Result& result, const char* key)
{
    if (!result.head.is_object() || !result.head.contains(key))
        throw Failure(ErrorCode::BadMessage, "The " + result.kind + " result has no \"" + key + "\".",
                      "Run it again with this version.");
    return result.head[key];
}

Json mapJson(const Result& trace, const std::string& site)
{
    Json map = {{"site", site}};
    for (const char* key : {"windows", "window_share"})
        if (trace.head.contains(key) && trace.head[key].contains(site))
            map[key == std::string_view("windows") ? "window" : key] = trace.head[key][site];
    // p first: its states say which cells exist; the effect may be undefined where p is not.
    const Array p = traceMetric(trace, site, Metric::Probability);
    map["p"] = valuesJson(p);
    map["ie"] = valuesJson(traceMetric(trace, site, Metric::IndirectEffect));
    for (const Metric metric : {Metric::LogProbability, Metric::Rank, Metric::LogitDifference, Metric::Kl})
        map[std::string(metricName(metric))] = valuesJson(traceMetric(trace, site, metric));
    map["state"] = statesJson(p);
    return map;
}

/// The opening of every document: what it is, of which model, made how.
Json opening(const Result& result)
{
    Json json = {{"schema", "mnemo." + result.kind + "/1"}, {"model", result.model}, {"parameters", result.parameters}};
    return json;
}

void copyHead(Json& json, const Result& result, std::initializer_list<std::string_view> except)
{
    for (const auto& [key, value] : result.head.items())
        if (std::find(except.begin(), except.end(), key) == except.end())
            json[key] = value;
}

Json arrayJson(const Array& array)
{
    Json axes = Json::array();
    for (const Axis& axis : array.axes)
        axes.push_back({{"name", axis.name}, {"size", axis.size()}});
    return {{"name", array.name}, {"axes", axes}, {"unit", array.unit}, {"values", valuesJson(array)}};
}

}  // namespace

HostTensor toTensor(const Array& array)
{
    HostTensor tensor;
    for (const Axis& axis : array.axes)
        tensor.shape.push_back(axis.size());
    for (std::size_t i = 0; i < array.size(); ++i)
        tensor.values.push_back(hasValue(array.states[i]) ? float(array.values[i]) : std::nanf(""));
    return tensor;
}

std::string_view cellStateName(CellState state)
{
    constexpr std::array<std::string_view, 4> names{"not_computed", "computed", "exact", "undefined"};
    return names[std::size_t(state)];
}

Json exportJson(const Result& result)
{
    Json json = opening(result);
    const auto has = [&](const char* key) { return result.head.contains(key); };
    if (!has("counts") && !has("rows") && !has("relations") && !has("pairs"))  // of one prompt, not of many texts
        need(result, "tokens");
    if (result.kind == "trace") {
        copyHead(json, result, {"sites", "windows", "window_share"});
        json["maps"] = Json::array();
        for (const Json& site : need(result, "sites"))
            json["maps"].push_back(mapJson(result, site.get<std::string>()));
    } else {
        copyHead(json, result, {});
        if (!result.arrays.empty())
            json["arrays"] = Json::array();
        for (const ArrayPtr& array : result.arrays)
            json["arrays"].push_back(arrayJson(*array));
    }
    json["done"] = result.done;
    json["provenance"] = result.provenance;
    return json;
}

HostTensor exportProbabilities(const Result& trace)
{
    if (trace.kind != "trace")
        throw Failure(ErrorCode::Usage, "A " + trace.kind + " result has no maps to write as .npy.",
                      "Write it as .json.");
    HostTensor all;
    const Json& sites = need(trace, "sites");
    for (const Json& site : sites) {
        const HostTensor one = toTensor(traceMetric(trace, site.get<std::string>(), Metric::Probability));
        if (all.shape.empty())
            all.shape = {std::int64_t(sites.size()), one.shape.at(0), one.shape.at(1)};
        all.values.insert(all.values.end(), one.values.begin(), one.values.end());
    }
    return all;
}

HostTensor exportLogits(const Result& predict)
{
    const ArrayPtr logits = predict.find("logits");
    if (!logits)
        throw Failure(ErrorCode::NotFound, "This result holds no logits.", "Run predict with --logits FILE.npy.");
    return toTensor(*logits);
}

}  // namespace mnemo
