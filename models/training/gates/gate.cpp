// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/gates/gate.h"

#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

/// JSON has no NaN.
Json number(double value)
{
    return std::isfinite(value) ? Json(value) : Json();
}

Json toJson(const Gate& gate)
{
    Json json{{"name", gate.name}, {"value", number(gate.value)}};
    if (gate.bound)
        json[gate.atLeast ? "at_least" : "at_most"] = *gate.bound;
    json["passed"] = gate.passed();
    json["note"] = gate.note;
    return json;
}

Json toJson(const RelationScore& score)
{
    return {{"name", score.name},
            {"facts", score.facts},
            {"trained", number(score.trained)},
            {"held_out", number(score.heldOut)}};
}

Json toJson(const Curve& curve)
{
    Json layers = Json::array();
    for (const double value : curve.layers)
        layers.push_back(number(value));
    return {{"name", curve.name}, {"samples", curve.samples}, {"layers", std::move(layers)}};
}

template <class Value>
Json listOf(const std::vector<Value>& values)
{
    Json list = Json::array();
    for (const Value& value : values)
        list.push_back(toJson(value));
    return list;
}

}  // namespace

Gate atLeast(std::string name, double value, double bound, std::string note)
{
    return {std::move(name), value, bound, true, std::move(note)};
}

Gate atMost(std::string name, double value, double bound, std::string note)
{
    return {std::move(name), value, bound, false, std::move(note)};
}

Gate shown(std::string name, double value, std::string note)
{
    return {std::move(name), value, {}, true, std::move(note)};
}

Gate counted(Gate gate)
{
    gate.decimals = 0;
    return gate;
}

bool GateReport::passed() const
{
    return std::ranges::all_of(gates, [](const Gate& gate) { return gate.passed(); });
}

Json toJson(const GateReport& report)
{
    return {{"schema", "mnemo.gates/1"},
            {"model", report.model},
            {"hash", report.hash},
            {"architecture", report.architecture},
            {"seed", report.seed},
            {"passed", report.passed()},
            {"gates", listOf(report.gates)},
            {"relations", listOf(report.relations)},
            {"curves", listOf(report.curves)}};
}

}  // namespace mnemo
