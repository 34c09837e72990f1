// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/role_average.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/data/metric.h"
#include "core/experiments/axes.h"
#include "core/experiments/fact_records.h"

namespace mnemo {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::vector<Axis> axesOf(int layers)
{
    Axis role{"role", {}};
    for (const Role r : allRoles)
        role.labels.emplace_back(roleLabel(r));
    return {layerAxis(layers), role};
}

double meanOf(const std::vector<double>& row, std::size_t from, const std::vector<int>& tokens)
{
    double sum = 0;
    for (const int token : tokens)
        sum += row[from + std::size_t(token)];
    return sum / double(tokens.size());
}

ArrayPtr shared(Array array)
{
    return std::make_shared<const Array>(std::move(array));
}

}  // namespace

Json FactMaps::toJson() const
{
    Json maps = Json::object();
    for (std::size_t i = 0; i < sites.size(); ++i)
        maps[sites[i]] = p[i];
    return {{"fact", fact},          {"subject", {subject.first, subject.end}},
            {"tokens", tokens},      {"p_clean", pClean},
            {"p_corrupt", pCorrupt}, {"p", std::move(maps)}};
}

std::vector<int> FactMaps::peaks() const
{
    std::vector<int> layers;
    for (const std::vector<double>& map : p) {
        int peak = 0;
        double most = -std::numeric_limits<double>::infinity();
        for (std::size_t at = std::size_t(subject.end - 1); at < map.size(); at += std::size_t(tokens))
            if (map[at] > most) {
                most = map[at];
                peak = int(at / std::size_t(tokens));
            }
        layers.push_back(peak);
    }
    return layers;
}

FactMaps FactMaps::fromJson(const Json& json, const std::vector<std::string>& sites, int layers)
try {
    FactMaps maps;
    maps.fact = json.at("fact");
    maps.subject = {json.at("subject").at(0).get<int>(), json.at("subject").at(1).get<int>()};
    maps.tokens = json.at("tokens").get<int>();
    maps.pClean = json.at("p_clean").get<double>();
    maps.pCorrupt = json.at("p_corrupt").get<double>();
    maps.sites = sites;
    for (const std::string& site : sites)
        maps.p.push_back(json.at("p").at(site).get<std::vector<double>>());
    const bool spans = maps.subject.first >= 0 && maps.subject.size() > 0 && maps.subject.end <= maps.tokens;
    if (!spans || std::ranges::any_of(maps.p, [&](const std::vector<double>& p) {
            return std::int64_t(p.size()) != std::int64_t(layers) * maps.tokens;
        }))
        throw notARecord("a fact's trace");
    return maps;
} catch (const Json::exception&) {
    throw notARecord("a fact's trace");
}

FactMaps readMaps(const ChosenFact& fact, const TraceLayout& layout, const std::vector<TraceCell>& cells,
                  const PlanResult& result)
{
    FactMaps maps{fact.toJson(),
                  fact.task.pair.cleanSubject,
                  fact.task.pair.clean.size(),
                  fact.base.clean.p,
                  fact.base.corrupt.p,
                  {},
                  {}};
    const auto tokens = std::size_t(maps.tokens);
    for (const SiteKind site : layout.sites) {
        maps.sites.emplace_back(siteName(site));
        std::vector<double>& p = maps.p.emplace_back(std::size_t(layout.layers) * tokens, none);
        for (int layer = 0; layer < layout.layers; ++layer)
            for (int pos = 0; pos < maps.tokens; ++pos) {
                const CellKind kind = cellKind(fact.task, layout, site, layer, pos);
                double& value = p[std::size_t(layer) * tokens + std::size_t(pos)];
                if (kind == CellKind::Base)
                    value = maps.pCorrupt;
                else if (kind == CellKind::Source)
                    value = maps.pClean;
            }
    }
    for (const TraceCell& cell : cells)
        maps.p[std::size_t(cell.site)][std::size_t(cell.layer) * tokens + std::size_t(cell.pos)] =
            std::exp(result.values[std::size_t(cell.readout)].tokens.front().logp);
    return maps;
}

RoleAverage::RoleAverage(Averaging averaging, std::vector<std::string> sites, int layers)
    : m_averaging(averaging), m_sites(std::move(sites)), m_layers(layers)
{
    const std::size_t cells = std::size_t(layers) * allRoles.size();
    m_sums.resize(m_sites.size(), {CurveMeans(axesOf(layers)), std::vector<bool>(cells, false),
                                   std::vector<double>(std::size_t(layers), 0.0)});
}

/// The token before a subject of one token, or where there is none the prompt's last one: what index −1 finds.
std::vector<int> RoleAverage::publishedTokens(const FactMaps& fact, Role role) const
{
    if (role == Role::SubjectNextToLast && fact.subject.size() == 1)
        return {fact.subject.first > 0 ? fact.subject.first - 1 : fact.tokens - 1};
    return tokensInRole(role, fact.subject, fact.tokens);
}

RoleAverage::Effect RoleAverage::effect(const FactMaps& fact, std::size_t site, int layer, Role role) const
{
    const std::size_t from = std::size_t(layer) * std::size_t(fact.tokens);
    if (m_averaging == Averaging::Eq7) {
        const std::vector<int> tokens = tokensInRole(role, fact.subject, fact.tokens);
        if (tokens.empty())
            return {};
        return {Effect::Value, indirectEffect(meanOf(fact.p[site], from, tokens), fact.pClean, fact.pCorrupt)};
    }
    const std::vector<int> tokens = publishedTokens(fact, role);
    if (!tokens.empty())
        return {Effect::Value, meanOf(fact.p[site], from, tokens) / (fact.pClean - fact.pCorrupt)};
    const bool countsZero = role == Role::Further || (role == Role::SubjectEarlier && fact.subject.size() == 2);
    return {countsZero ? Effect::Value : Effect::Blank, 0};
}

void RoleAverage::add(const FactMaps& fact)
{
    ++m_facts;
    const std::vector<int> peaks = fact.peaks();
    for (std::size_t site = 0; site < m_sites.size(); ++site) {
        SiteSums& sums = m_sums[site];
        std::vector<double> effects;
        for (int layer = 0; layer < m_layers; ++layer)
            for (const Role role : allRoles) {
                const Effect found = effect(fact, site, layer, role);
                if (found.kind == Effect::Blank)
                    sums.blank[effects.size()] = true;
                effects.push_back(found.kind == Effect::Value ? found.value : none);
            }
        sums.effects.add(effects);
        ++sums.peaks[std::size_t(peaks[site])];
    }
}

std::vector<ArrayPtr> RoleAverage::arrays() const
{
    std::vector<ArrayPtr> all;
    std::map<std::string, ArrayPtr> effects;
    for (std::size_t site = 0; site < m_sites.size(); ++site) {
        const std::string& name = m_sites[site];
        const SiteSums& sums = m_sums[site];
        Array ie = sums.effects.means(name + ".ie", "IE"), error = sums.effects.errors(name + ".se", "IE");
        for (std::size_t cell = 0; cell < sums.blank.size(); ++cell)
            for (Array* array : {&ie, &error})
                if (sums.blank[cell]) {
                    array->values[cell] = none;
                    array->states[cell] = CellState::Undefined;
                }
        Array peaks = computedArray(name + ".peaks", {layerAxis(m_layers)}, "facts", sums.peaks);
        effects[name] = shared(std::move(ie));
        all.insert(all.end(), {effects[name], shared(std::move(error)), shared(sums.effects.counts(name + ".n")),
                               shared(std::move(peaks))});
    }
    const ArrayPtr o = effects["o"], s = effects["s"], g = effects["g"];
    if (o && s && g) {
        Array difference = Array::make("difference.ie", axesOf(m_layers), "IE");
        for (std::size_t cell = 0; cell < difference.size(); ++cell) {
            difference.values[cell] = o->values[cell] - (s->values[cell] + g->values[cell]);
            difference.states[cell] = std::isnan(difference.values[cell]) ? CellState::Undefined : CellState::Computed;
        }
        all.push_back(shared(std::move(difference)));
    }
    return all;
}

}  // namespace mnemo
