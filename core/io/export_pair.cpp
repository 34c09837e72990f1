// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/export_pair.h"

#include "core/data/curves_beside.h"
#include "core/data/error.h"
#include "core/data/numbers.h"
#include "core/data/trace_pair.h"
#include "core/io/array_json.h"
#include "core/io/atomic_file.h"
#include "core/io/export.h"
#include "core/io/npy.h"
#include "core/io/utf8.h"

#include <array>

namespace mnemo {
namespace {

bool areTraces(const Result& first, const Result& second)
{
    return first.kind == "trace" && second.kind == "trace";
}

Json tokensJson(const std::vector<TokenPair>& pairs)
{
    Json tokens = Json::array();
    for (const TokenPair& pair : pairs) {
        tokens.push_back({{"first", pair.a}, {"second", pair.b}});
        if (pair.role != PairRole::Token)
            tokens.back()["role"] = std::string(roleName(pair.role));
    }
    return tokens;
}

Json differenceJson(const ComparedTraces& traces)
{
    Json maps = Json::array();
    for (const SitePair& site : traces.sites) {
        Json map = {{"first", site.a}, {"second", site.b}};
        for (const Metric metric : allMetrics)
            map[std::string(metricName(metric))] = valuesJson(traces.difference(site, metric));
        map["state"] = statesJson(traces.difference(site, Metric::Probability));
        maps.push_back(std::move(map));
    }
    return {{"paired_by", std::string(pairedByName(traces.match.by))},
            {"tokens", tokensJson(traces.match.pairs)},
            {"maps", std::move(maps)}};
}

Json curvesJson(const std::vector<CurvePair>& pairs)
{
    Json curves = Json::array();
    for (const CurvePair& pair : pairs) {
        Json second = Json::array(), difference = Json::array();
        for (std::size_t layer = 0; layer < pair.first.size(); ++layer) {
            second.push_back(numberJson(pair.second[layer]));
            difference.push_back(numberJson(pair.first[layer] - pair.second[layer]));
        }
        curves.push_back({{"array", pair.array->name},
                          {"column", pair.label()},
                          {"second", std::move(second)},
                          {"difference", std::move(difference)}});
    }
    return {{"curves", std::move(curves)}};
}

void append(std::vector<float>& all, const std::vector<double>& values)
{
    all.insert(all.end(), values.begin(), values.end());
}

[[noreturn]] void nothingCompared()
{
    throw Failure(ErrorCode::NotFound, "Nothing of the two results can be compared.", "Write them as .json or .csv.");
}

/// Columns of each part: the first's, the second's, their difference.
using Parts = std::array<std::vector<float>, 3>;

HostTensor stacked(const Parts& parts, std::vector<std::int64_t> shape)
{
    HostTensor all{std::move(shape), {}};
    all.shape.insert(all.shape.begin(), std::int64_t(parts.size()));
    for (const std::vector<float>& part : parts)
        all.values.insert(all.values.end(), part.begin(), part.end());
    return all;
}

HostTensor mapNumbers(const ComparedTraces& traces)
{
    if (traces.sites.empty() || traces.match.pairs.empty())
        nothingCompared();
    Parts parts;
    std::vector<std::int64_t> shape{std::int64_t(traces.sites.size())};
    for (const SitePair& site : traces.sites) {
        const Array difference = traces.difference(site, Metric::Probability);
        const auto placed = [&](const Result& trace, const std::string& name, int TokenPair::*side) {
            return toTensor(atPairs(traceMetric(trace, name, Metric::Probability), difference.axes[0],
                                    traces.match.pairs, side))
                .values;
        };
        const std::array maps{placed(traces.a, site.a, &TokenPair::a), placed(traces.b, site.b, &TokenPair::b),
                              toTensor(difference).values};
        for (std::size_t part = 0; part < parts.size(); ++part)
            parts[part].insert(parts[part].end(), maps[part].begin(), maps[part].end());
        shape.resize(1);
        for (const Axis& axis : difference.axes)
            shape.push_back(axis.size());
    }
    return stacked(parts, std::move(shape));
}

HostTensor curveNumbers(const std::vector<CurvePair>& pairs)
{
    if (pairs.empty())
        nothingCompared();
    Parts parts;
    for (const CurvePair& pair : pairs) {
        append(parts[0], pair.first);
        append(parts[1], pair.second);
        for (std::size_t layer = 0; layer < pair.first.size(); ++layer)
            parts[2].push_back(float(pair.first[layer] - pair.second[layer]));
    }
    return stacked(parts, {std::int64_t(pairs.size()), std::int64_t(pairs.front().first.size())});
}

}  // namespace

Json exportPairJson(const Result& first, const Result& second)
{
    Json json = {{"schema", "mnemo.pair/1"}, {"first", exportJson(first)}, {"second", exportJson(second)}};
    json.update(areTraces(first, second) ? differenceJson(comparedTraces(first, second))
                                         : curvesJson(pairCurves(first, second)));
    return json;
}

HostTensor exportPairNumbers(const Result& first, const Result& second)
{
    return areTraces(first, second) ? mapNumbers(comparedTraces(first, second))
                                    : curveNumbers(pairCurves(first, second));
}

void exportPair(const Result& first, const Result& second, const std::filesystem::path& file)
{
    const std::string extension = file.extension().string();
    if (extension == ".json")
        writeFileAtomically(file,
                            exportPairJson(first, second).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
    else if (extension == ".csv")
        writeFileAtomically(file, exportPairCsv(first, second));
    else if (extension == ".npy")
        writeNpy(file, exportPairNumbers(first, second));
    else
        throw Failure(ErrorCode::Usage, "Two results cannot be written as " + shown(file) + ".",
                      "Choose one of the extensions .json .csv .npy.");
}

}  // namespace mnemo
