// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/fact_records.h"

#include "core/experiments/editable.h"

#include <cmath>
#include <limits>

namespace mnemo {
namespace {

double numberOrNone(const Json& json)
{
    return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

}  // namespace

Json recordsHeader(const std::string& experiment, const FactChoiceParams& params, const ExperimentContext& context,
                   const Json& more)
{
    Json header{{"schema", "mnemo." + experiment + ".records/1"},
                {"model", context.model.hash},
                {"dtype", context.model.dtype},
                {"tf32", context.model.tf32},
                {"prefix", prefixName(params.prefix)},
                {"edits", editsJson(context.edits)}};
    header.update(more);
    return header;
}

Failure notARecord(const std::string& what)
{
    return {ErrorCode::Damaged, "A record is not one of " + what + ".", "Remove the records, or choose others."};
}

Json FactCurves::summary() const
{
    Json json{{"fact", fact}, {"p_clean", pClean}};
    if (pCorrupt)
        json["p_corrupt"] = *pCorrupt;
    json["target"] = target;
    return json;
}

Json FactCurves::toJson() const
{
    Json json = summary();
    json["p"] = p;  // NaN becomes null
    return json;
}

FactCurves FactCurves::fromJson(const Json& json, const FactCurves& like)
try {
    FactCurves curves;
    curves.fact = json.at("fact");
    curves.target = json.at("target").get<std::string>();
    curves.pClean = json.at("p_clean").get<double>();
    if (like.pCorrupt)
        curves.pCorrupt = json.at("p_corrupt").get<double>();
    for (const auto& [name, values] : like.p) {
        std::vector<double>& found = curves.p[name];
        for (const Json& value : json.at("p").at(name))
            found.push_back(numberOrNone(value));
        if (found.size() != values.size())
            throw notARecord("a fact's curves");
    }
    return curves;
} catch (const Json::exception&) {
    throw notARecord("a fact's curves");
}

FactCurves curvesOf(const ChosenFact& fact, const ExperimentContext& context, bool corrupted)
{
    FactCurves curves;
    curves.fact = fact.toJson();
    curves.target = context.model.tokenizer->token(fact.base.target).text;
    curves.pClean = fact.base.clean.p;
    if (corrupted)
        curves.pCorrupt = fact.base.corrupt.p;
    return curves;
}

}  // namespace mnemo
