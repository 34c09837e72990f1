// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/data/metric.h"
#include "core/io/csv.h"
#include "core/io/export.h"

#include <algorithm>

namespace mnemo {
namespace {

/// Empty where the cell has no value.
std::string cellText(double value, CellState state)
{
    return state == CellState::Computed || state == CellState::Exact ? csvNumber(value) : std::string();
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

void addMap(std::string& csv, const Result& trace, const std::string& site)
{
    const Array p = traceMetric(trace, site, Metric::Probability);
    const Array logp = traceMetric(trace, site, Metric::LogProbability);
    const Array rank = traceMetric(trace, site, Metric::Rank);
    const Array ie = traceMetric(trace, site, Metric::IndirectEffect);
    std::string window;
    if (trace.head.contains("windows") && trace.head["windows"].contains(site))
        window = trace.head["windows"][site].dump();
    for (int layer = 0; layer < p.axes[0].size(); ++layer)
        for (int token = 0; token < p.axes[1].size(); ++token) {
            csv += site + "," + window + "," + std::to_string(layer) + "," + std::to_string(token) + "," +
                   csvField(p.axes[1].labels[std::size_t(token)]);
            for (const Array* map : {&p, &logp, &rank, &ie})
                csv += "," + cellText(map->at(layer, token), map->state(layer, token));
            csv += "," + std::string(cellStateName(p.state(layer, token))) + "\r\n";
        }
}

std::string mapsCsv(const Result& trace)
{
    std::string csv = commentLines(trace) + "site,window,layer,token,text,p,logp,rank,ie,state\r\n";
    for (const Json& site : trace.head.at("sites"))
        addMap(csv, trace, site.get<std::string>());
    return csv;
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

std::string arraysCsv(const Result& result)
{
    const std::vector<std::string> names = axisNames(result);
    std::string csv = commentLines(result) + "array,unit";
    for (const std::string& name : names)
        csv += "," + csvField(name);
    csv += ",value,state\r\n";
    for (const ArrayPtr& array : result.arrays)
        for (std::size_t i = 0; i < array->size(); ++i) {
            csv += csvField(array->name) + "," + csvField(array->unit);
            for (const std::string& name : names) {
                const std::string label = labelOf(*array, i, name);
                csv += "," + (label.empty() ? label : csvField(label));
            }
            csv += "," + cellText(array->values[i], array->states[i]) + "," +
                   std::string(cellStateName(array->states[i])) + "\r\n";
        }
    return csv;
}

}  // namespace

std::string exportCsv(const Result& result)
{
    const std::vector<std::string> known = exportExtensions(result.kind);
    if (std::ranges::find(known, ".csv") == known.end())
        throw Failure(ErrorCode::Usage, "A " + result.kind + " result cannot be written as .csv.",
                      "Write it as .json.");
    return result.kind == "trace" ? mapsCsv(result) : arraysCsv(result);
}

}  // namespace mnemo
