// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/data/metric.h"
#include "core/io/export.h"

#include <charconv>
#include <cmath>

namespace mnemo {
namespace {

/// Quoted where RFC 4180 asks for it.
std::string field(const std::string& text)
{
    // A leading or trailing space is part of a token; some readers trim unquoted fields.
    const bool plain = text.find_first_of(",\"\r\n") == std::string::npos && !text.empty() && text.front() != ' ' &&
                       text.back() != ' ' && text.front() != '#';
    if (plain)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

/// The shortest text that reads back as the same double; empty where the cell has no value.
std::string cellText(const Array& map, int layer, int token)
{
    const double value = map.at(layer, token);
    if (!map.has(layer, token) || !std::isfinite(value))
        return {};
    char buffer[40];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return error == std::errc() ? std::string(buffer, end) : std::string();
}

std::string commentLines(const Result& trace)
{
    std::string lines = "# mnemo.trace/1\n";
    lines += "# model: " + trace.model.dump() + "\n";
    lines += "# parameters: " + trace.parameters.dump() + "\n";
    for (const char* key : {"target", "foil", "p_clean", "p_corrupt", "subject", "sigma"})
        if (trace.head.contains(key))
            lines += std::string("# ") + key + ": " + trace.head[key].dump() + "\n";
    lines += "# provenance: " + trace.provenance.dump() + "\n";
    if (trace.done < 1)
        lines += "# done: " + Json(trace.done).dump() + "\n";
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
                   field(p.axes[1].labels[std::size_t(token)]);
            for (const Array* map : {&p, &logp, &rank, &ie})
                csv += "," + cellText(*map, layer, token);
            csv += "," + std::string(cellStateName(p.state(layer, token))) + "\r\n";
        }
}

}  // namespace

std::string exportCsv(const Result& trace)
{
    if (trace.kind != "trace")
        throw Failure(ErrorCode::Usage, "A " + trace.kind + " result has no maps to write as .csv.",
                      "Write it as .json.");
    std::string csv = commentLines(trace) + "site,window,layer,token,text,p,logp,rank,ie,state\r\n";
    for (const Json& site : trace.head.at("sites"))
        addMap(csv, trace, site.get<std::string>());
    return csv;
}

}  // namespace mnemo
