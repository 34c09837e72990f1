// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/curves_beside.h"
#include "core/data/error.h"
#include "core/data/metric.h"
#include "core/data/trace_pair.h"
#include "core/io/csv.h"
#include "core/io/export.h"
#include "core/io/export_pair.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace mnemo {
namespace {

/// Empty where the cell has no value.
std::string cellText(double value, CellState state)
{
    return hasValue(state) ? csvNumber(value) : std::string();
}

std::string commentLines(const Result& result)
{
    std::string lines = "# mnemo." + result.kind + "/1\n";
    lines += "# model: " + result.model.dump() + "\n";
    lines += "# parameters: " + result.parameters.dump() + "\n";
    for (const char* key :
         {"target", "foil", "p_clean", "p_corrupt", "subject", "sigma", "windows", "window", "counts"})
        if (result.head.contains(key))
            lines += std::string("# ") + key + ": " + result.head[key].dump() + "\n";
    lines += "# provenance: " + result.provenance.dump() + "\n";
    if (result.done < 1)
        lines += "# done: " + Json(result.done).dump() + "\n";
    return lines;
}

constexpr const char* mapColumns = "site,window,layer,token,text,p,logp,rank,ie,state\r\n";
constexpr std::array mapMetrics{Metric::Probability, Metric::LogProbability, Metric::Rank, Metric::IndirectEffect};

/// @param lead what stands in front of each line, with its comma
/// @param map one of the site's maps by metric; all have the same axes
void addMap(std::string& csv, const std::string& lead, const std::string& site, const std::string& window,
            const std::function<Array(Metric)>& map)
{
    std::vector<Array> maps;
    for (const Metric metric : mapMetrics)
        maps.push_back(map(metric));
    const Array& p = maps.front();
    for (int layer = 0; layer < p.axes[0].size(); ++layer)
        for (int token = 0; token < p.axes[1].size(); ++token) {
            csv += lead + site + "," + window + "," + std::to_string(layer) + "," + std::to_string(token) + "," +
                   csvField(p.axes[1].labels[std::size_t(token)]);
            for (const Array& one : maps)
                csv += "," + cellText(one.at(layer, token), one.state(layer, token));
            csv += "," + std::string(cellStateName(p.state(layer, token))) + "\r\n";
        }
}

void addMaps(std::string& csv, const std::string& lead, const Result& trace)
{
    const Json windows = trace.head.value("windows", Json::object());
    for (const Json& name : trace.head.at("sites")) {
        const std::string site = name.get<std::string>();
        addMap(csv, lead, site, windows.contains(site) ? windows[site].dump() : std::string(),
               [&](Metric metric) { return traceMetric(trace, site, metric); });
    }
}

void addDifference(std::string& csv, const std::string& lead, const ComparedTraces& traces)
{
    for (const SitePair& site : traces.sites)
        addMap(csv, lead, site.a == site.b ? site.a : site.a + " - " + site.b, {},
               [&](Metric metric) { return traces.difference(site, metric); });
}

/// Names of all axes, in the order in which arrays have them.
std::vector<std::string> axisNames(const Result& result)
{
    std::vector<std::string> names;
    for (const ArrayPtr& array : result.arrays)
        for (const Axis& axis : array->axes)
            if (std::ranges::find(names, axis.name) == names.end())
                names.push_back(axis.name);
    return names;
}

/// The label of a value on the axis of that name; empty when the array has none such.
std::string labelOf(const Array& array, std::size_t value, const std::string& name)
{
    for (auto axis = array.axes.rbegin(); axis != array.axes.rend(); ++axis) {
        if (axis->name == name)
            return axis->labels[value % axis->labels.size()];
        value /= axis->labels.size();
    }
    return {};
}

std::string arrayColumns(const std::vector<std::string>& axes)
{
    std::string columns = "array,unit";
    for (const std::string& name : axes)
        columns += "," + csvField(name);
    return columns + ",value,state\r\n";
}

void addLine(std::string& csv, const std::string& lead, const Array& array, std::size_t place,
             const std::vector<std::string>& axes, double value, CellState state)
{
    csv += lead + csvField(array.name) + "," + csvField(array.unit);
    for (const std::string& name : axes) {
        const std::string label = labelOf(array, place, name);
        csv += "," + (label.empty() ? label : csvField(label));
    }
    csv += "," + cellText(value, state) + "," + std::string(cellStateName(state)) + "\r\n";
}

void addArrays(std::string& csv, const std::string& lead, const Result& result, const std::vector<std::string>& axes)
{
    for (const ArrayPtr& array : result.arrays)
        for (std::size_t i = 0; i < array->size(); ++i)
            addLine(csv, lead, *array, i, axes, array->values[i], array->states[i]);
}

void addDifference(std::string& csv, const std::string& lead, const std::vector<CurvePair>& pairs,
                   const std::vector<std::string>& axes)
{
    for (const CurvePair& pair : pairs)
        for (std::size_t layer = 0; layer < pair.first.size(); ++layer) {
            const double value = pair.first[layer] - pair.second[layer];
            addLine(csv, lead, *pair.array, layer * pair.array->axes[1].labels.size() + std::size_t(pair.column), axes,
                    value, std::isnan(value) ? CellState::NotComputed : CellState::Computed);
        }
}

std::string pairComments(const Result& first, const Result& second)
{
    return "# mnemo.pair/1\n# first:\n" + commentLines(first) + "# second:\n" + commentLines(second);
}

std::string mapsCsv(const Result& first, const Result& second)
{
    const ComparedTraces traces = comparedTraces(first, second);
    std::string csv = pairComments(first, second) + "# difference: first - second, paired by " +
                      std::string(pairedByName(traces.match.by)) + "\ntrace," + mapColumns;
    addMaps(csv, "first,", first);
    addMaps(csv, "second,", second);
    addDifference(csv, "difference,", traces);
    return csv;
}

std::string arraysCsv(const Result& first, const Result& second)
{
    std::vector<std::string> axes = axisNames(first);
    for (const std::string& name : axisNames(second))
        if (std::ranges::find(axes, name) == axes.end())
            axes.push_back(name);
    std::string csv = pairComments(first, second) +
                      "# difference: first - second, at the depths of the first\nresult," + arrayColumns(axes);
    addArrays(csv, "first,", first, axes);
    addArrays(csv, "second,", second, axes);
    addDifference(csv, "difference,", pairCurves(first, second), axes);
    return csv;
}

void checkKind(const Result& result)
{
    const std::vector<std::string> known = exportExtensions(result.kind);
    if (std::ranges::find(known, ".csv") == known.end())
        throw Failure(ErrorCode::Usage, "A " + result.kind + " result cannot be written as .csv.",
                      "Write it as .json.");
}

}  // namespace

std::string exportCsv(const Result& result)
{
    checkKind(result);
    const bool isTrace = result.kind == "trace";
    const std::vector<std::string> axes = axisNames(result);
    std::string csv = commentLines(result) + (isTrace ? mapColumns : arrayColumns(axes));
    if (isTrace)
        addMaps(csv, {}, result);
    else
        addArrays(csv, {}, result, axes);
    return csv;
}

std::string exportPairCsv(const Result& first, const Result& second)
{
    checkKind(first);
    checkKind(second);
    return first.kind == "trace" && second.kind == "trace" ? mapsCsv(first, second) : arraysCsv(first, second);
}

}  // namespace mnemo
