// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_run.h"

#include "core/data/error.h"
#include "core/data/trace_head.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

namespace mnemo {
namespace {

constexpr std::array known{"id", "kind", "title", "parameters", "model", "head", "provenance", "done", "arrays"};
constexpr std::array knownOfArrays{"name", "axes", "unit", "values", "states"};

/// The members of an object that are not known; null when there are none.
Json unknownOf(const Json& object, std::span<const char* const> knownKeys)
{
    Json unknown;
    for (const auto& [key, value] : object.items())
        if (std::ranges::find(knownKeys, key) == knownKeys.end())
            unknown[key] = value;
    return unknown;
}

[[noreturn]] void damaged(const std::string& what, const std::string& why)
{
    throw Failure(ErrorCode::Damaged, what + " is damaged: " + why + ".",
                  "Open the session's backup, or run the experiment again.");
}

/// @param unknown keys to write beside ours; null: none
Json arrayToJson(const Array& array, const std::string& id, const Json& unknown)
{
    Json axes = Json::array();
    for (const Axis& axis : array.axes)
        axes.push_back({{"name", axis.name}, {"labels", axis.labels}});
    Json json{{"name", array.name},
              {"axes", axes},
              {"unit", array.unit},
              {"values", valuesTensor(id, array)},
              {"states", statesTensor(id, array)}};
    if (unknown.is_object())
        json.update(unknown);
    return json;
}

/// The tensor that an array's entry names, checked against the array's axes.
const TensorView& tensorFor(const Json& json, const char* key, Dtype dtype, const Array& array,
                            const std::function<const TensorView*(const std::string&)>& tensorOf,
                            const std::string& what)
{
    const std::string name = json.at(key).get<std::string>();
    const TensorView* tensor = tensorOf(name);
    std::vector<std::int64_t> shape;
    for (const Axis& axis : array.axes)
        shape.push_back(axis.size());
    if (!tensor)
        damaged(what, "the tensor " + name + " is missing");
    if (tensor->dtype != dtype || tensor->shape != shape)
        damaged(what, "the tensor " + name + " does not have the type and shape of the array " + array.name);
    return *tensor;
}

ArrayPtr arrayFromJson(const Json& json, const std::function<const TensorView*(const std::string&)>& tensorOf,
                       const std::string& what)
{
    Array array;
    array.name = json.at("name").get<std::string>();
    array.unit = json.at("unit").get<std::string>();
    for (const Json& axis : json.at("axes"))
        array.axes.push_back({axis.at("name").get<std::string>(), axis.at("labels").get<std::vector<std::string>>()});
    array.values = toDoubles(tensorFor(json, "values", Dtype::F64, array, tensorOf, what));
    for (const std::byte state : tensorFor(json, "states", Dtype::U8, array, tensorOf, what).bytes) {
        if (std::uint8_t(state) > std::uint8_t(CellState::Undefined))
            damaged(what, "a cell of the array " + array.name + " has the unknown state " + std::to_string(int(state)));
        array.states.push_back(CellState(state));
    }
    return std::make_shared<const Array>(std::move(array));
}

}  // namespace

std::string valuesTensor(const std::string& id, const Array& array)
{
    // An array may be called like the states of another: its values get one more dot, and so does what ends like that.
    const std::string stem = array.name.substr(0, array.name.find_last_not_of('.') + 1);
    return id + "/" + array.name + (stem.ends_with(".state") ? "." : "");
}

std::string statesTensor(const std::string& id, const Array& array)
{
    return id + "/" + array.name + ".state";
}

Json runToJson(const Result& result, const std::string& id, const Json& extra)
{
    const Json ofArrays = extra.is_object() ? extra.value("arrays", Json::object()) : Json::object();
    Json arrays = Json::array();
    for (const ArrayPtr& array : result.arrays)
        arrays.push_back(arrayToJson(*array, id, ofArrays.value(array->name, Json())));
    Json run{{"id", id},
             {"kind", result.kind},
             {"title", result.title},
             {"parameters", result.parameters},
             {"model", result.model},
             {"head", result.head},
             {"provenance", result.provenance},
             {"done", result.done},
             {"arrays", arrays}};
    if (extra.is_object())
        for (const auto& [key, value] : extra.items())
            if (key != "arrays")
                run[key] = value;
    return run;
}

Result runFromJson(const Json& json, const std::function<const TensorView*(const std::string&)>& tensorOf,
                   const std::string& what, Json& extra)
try {
    Result result;
    result.kind = json.at("kind").get<std::string>();
    result.title = json.at("title").get<std::string>();
    result.parameters = json.at("parameters");
    result.model = json.at("model");
    result.head = json.at("head");
    if (!result.parameters.is_object() || !result.head.is_object())
        damaged(what, "the parameters or the head of a run are no object");
    result.provenance = json.at("provenance");
    result.done = json.at("done").get<double>();
    extra = unknownOf(json, known);
    std::set<std::string> names;
    for (const Json& array : json.at("arrays")) {
        result.arrays.push_back(arrayFromJson(array, tensorOf, what));
        const std::string& name = result.arrays.back()->name;
        if (!names.insert(name).second)
            damaged(what, "two arrays are named " + name);
        if (Json unknown = unknownOf(array, knownOfArrays); !unknown.is_null())
            extra["arrays"][name] = std::move(unknown);
    }
    if (result.kind == "trace")
        if (const auto problem = traceProblem(result))
            damaged(what, *problem);
    return result;
} catch (const Json::exception& error) {
    damaged(what, error.what());
}

}  // namespace mnemo
