// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sites_beside.h"

#include "core/data/schema.h"
#include "core/data/trace_pair.h"
#include "ui/engine_client.h"

#include <algorithm>

namespace mnemo {
namespace {

/// What the engine knows of a model's architecture; null where it is none.
Json architectureOf(const Json& info, const Json& model)
{
    for (const Json& known : info.is_object() ? info.value("architectures", Json::array()) : Json::array())
        if (model.is_object() && known.at("name") == model.value("architecture", Json()))
            return known;
    return {};
}

}  // namespace

Json sitesBeside(const Json& info, const Json& model, const Json& other)
{
    const Json mine = architectureOf(info, model), theirs = architectureOf(info, other);
    if (mine.is_null() || theirs.is_null())
        return {};
    const auto has = [](const Json& list, const Json& site) { return std::ranges::find(list, site) != list.end(); };
    Json sites = mine.at("trace_sites");
    for (const Json& site : theirs.at("trace_sites"))
        if (has(mine.at("sites"), site) && !has(sites, site))
            sites.push_back(site);
    return sites == mine.at("trace_sites") ? Json() : sites;
}

bool isComparedOverFacts(const ExperimentSchema& schema, const Json& parameters)
{
    const bool compared = schema.key == "average" || schema.key == "paths" || schema.key == "knockout";
    return compared && parameters.value("prompt", Json("")) == "";
}

Json parametersBeside(const EngineClient& engine, const Json& parameters, bool second)
{
    const Json& model = second ? engine.besideModel() : engine.model();
    Json asked = parameters;
    if (second && asked.contains("records"))
        asked["records"] = "";
    if (!asked.contains("sites"))
        return asked;
    if (const Json none = sitesBeside(engine.info(), model, second ? engine.model() : engine.besideModel());
        asked["sites"].empty() && !none.is_null())
        asked["sites"] = none;
    else if (const Json known = architectureOf(engine.info(), model); second && !known.is_null())
        asked["sites"] = counterpartSites(asked["sites"].get<std::vector<std::string>>(),
                                          known.at("sites").get<std::vector<std::string>>());
    return asked;
}

}  // namespace mnemo
