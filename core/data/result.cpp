// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/result.h"

#include "core/data/error.h"

#include <cmath>
#include <limits>

namespace mnemo {
namespace {

[[noreturn]] void refuse(const std::string& why)
{
    throw Failure(ErrorCode::BadMessage, "A result cannot be read: " + why + ".",
                  "Update both programs to one version.");
}

/// JSON has no NaN or infinities; null stands for NaN.
Json number(double value)
{
    if (std::isnan(value))
        return nullptr;
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    return value;
}

double number(const Json& json)
{
    if (json.is_null())
        return std::numeric_limits<double>::quiet_NaN();
    if (json.is_string())
        return json == "inf" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
    return json.get<double>();
}

Json toJson(const Array& array)
{
    Json axes = Json::array();
    for (const Axis& axis : array.axes)
        axes.push_back({{"name", axis.name}, {"labels", axis.labels}});
    Json values = Json::array();
    Json states = Json::array();
    for (const double value : array.values)
        values.push_back(number(value));
    for (const CellState state : array.states)
        states.push_back(int(state));
    return {{"name", array.name}, {"axes", axes}, {"unit", array.unit}, {"values", values}, {"states", states}};
}

Array arrayFromJson(const Json& json)
{
    Array array;
    array.name = json.at("name");
    array.unit = json.at("unit");
    std::size_t size = 1;
    for (const Json& axis : json.at("axes")) {
        array.axes.push_back({axis.at("name"), axis.at("labels").get<std::vector<std::string>>()});
        size *= array.axes.back().labels.size();
    }
    for (const Json& value : json.at("values"))
        array.values.push_back(number(value));
    for (const Json& state : json.at("states")) {
        const int code = state.get<int>();
        if (code < 0 || code > int(CellState::Undefined))
            refuse("cell state " + std::to_string(code) + " in " + array.name);
        array.states.push_back(CellState(code));
    }
    if (array.values.size() != size || array.states.size() != size)
        refuse("array " + array.name + " has " + std::to_string(array.values.size()) + " values for " +
               std::to_string(size) + " cells");
    return array;
}

}  // namespace

Array Array::make(std::string name, std::vector<Axis> axes, std::string unit)
{
    std::size_t size = 1;
    for (const Axis& axis : axes)
        size *= axis.labels.size();
    return {std::move(name), std::move(axes), std::move(unit),
            std::vector<double>(size, std::numeric_limits<double>::quiet_NaN()),
            std::vector<CellState>(size, CellState::NotComputed)};
}

ArrayPtr Result::find(std::string_view name) const
{
    for (const ArrayPtr& array : arrays)
        if (array->name == name)
            return array;
    return nullptr;
}

Json toJson(const Result& result)
{
    Json arrays = Json::array();
    for (const ArrayPtr& array : result.arrays)
        arrays.push_back(toJson(*array));
    return {{"kind", result.kind},   {"title", result.title}, {"parameters", result.parameters},
            {"model", result.model}, {"head", result.head},   {"provenance", result.provenance},
            {"done", result.done},   {"arrays", arrays}};
}

Result resultFromJson(const Json& json)
{
    try {
        Result result;
        result.kind = json.at("kind");
        result.title = json.at("title");
        result.parameters = json.at("parameters");
        result.model = json.at("model");
        result.head = json.at("head");
        result.provenance = json.at("provenance");
        result.done = json.at("done");
        for (const Json& array : json.at("arrays"))
            result.arrays.push_back(std::make_shared<const Array>(arrayFromJson(array)));
        return result;
    } catch (const Json::exception& e) {
        refuse(e.what());
    }
}

}  // namespace mnemo
