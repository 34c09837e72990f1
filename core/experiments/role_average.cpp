// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/role_average.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/data/error.h"
#include "core/data/metric.h"

namespace mnemo {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::vector<Axis> axesOf(int layers)
{
    Axis layer{"layer", {}}, role{"role", {}};
    for (int l = 0; l < layers; ++l)
        layer.labels.push_back(std::to_string(l));
    for (const Role r : allRoles)
        role.labels.emplace_back(roleLabel(r));
    return {layer, role};
}

double meanOf(const std::vector<double>& row, std::size_t from, const std::vector<int>& tokens)
{
    double sum = 0;
    for (const int token : tokens)
        sum += row[from + std::size_t(token)];
    return sum / double(tokens.size());
}

void set(Array& array, std::size_t cell, double value)
{
    array.values[cell] = value;
    array.states[cell] = std::isnan(value) ? CellState::Undefined : CellState::Computed;
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

FactMaps FactMaps::fromJson(const Json& json)
try {
    FactMaps maps;
    maps.fact = json.at("fact");
    maps.subject = {json.at("subject").at(0).get<int>(), json.at("subject").at(1).get<int>()};
    maps.tokens = json.at("tokens").get<int>();
    maps.pClean = json.at("p_clean").get<double>();
    maps.pCorrupt = json.at("p_corrupt").get<double>();
    for (const auto& [site, values] : json.at("p").items()) {
        maps.sites.push_back(site);
        maps.p.push_back(values.get<std::vector<double>>());
    }
    return maps;
} catch (const Json::exception&) {
    throw Failure(ErrorCode::Damaged, "A record is not one of a fact's trace.",
                  "Remove the records, or choose others.");
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
    : m_averaging(averaging),
      m_sites(std::move(sites)),
      m_layers(layers),
      m_sums(m_sites.size() * std::size_t(layers) * allRoles.size()),
      m_peaks(m_sites.size(), std::vector<int>(std::size_t(layers), 0))
{
}

RoleAverage::Sum& RoleAverage::sumOf(std::size_t site, int layer, std::size_t role)
{
    return m_sums[(site * std::size_t(m_layers) + std::size_t(layer)) * allRoles.size() + role];
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
    for (std::size_t site = 0; site < m_sites.size(); ++site) {
        int peak = 0;
        double most = -std::numeric_limits<double>::infinity();
        for (int layer = 0; layer < m_layers; ++layer) {
            for (std::size_t role = 0; role < allRoles.size(); ++role) {
                const Effect found = effect(fact, site, layer, allRoles[role]);
                Sum& sum = sumOf(site, layer, role);
                sum.blank = sum.blank || found.kind == Effect::Blank;
                if (found.kind != Effect::Value)
                    continue;
                sum.sum += found.value;
                sum.squares += found.value * found.value;
                ++sum.count;
            }
            const double here =
                fact.p[site][std::size_t(layer) * std::size_t(fact.tokens) + std::size_t(fact.subject.end - 1)];
            if (here > most) {
                most = here;
                peak = layer;
            }
        }
        ++m_peaks[site][std::size_t(peak)];
    }
}

double RoleAverage::mean(std::size_t site, int layer, std::size_t role) const
{
    const Sum& sum = m_sums[(site * std::size_t(m_layers) + std::size_t(layer)) * allRoles.size() + role];
    return sum.count == 0 || sum.blank ? none : sum.sum / sum.count;
}

std::vector<ArrayPtr> RoleAverage::arrays() const
{
    const std::vector<Axis> axes = axesOf(m_layers);
    std::vector<ArrayPtr> all;
    for (std::size_t site = 0; site < m_sites.size(); ++site) {
        Array ie = Array::make(m_sites[site] + ".ie", axes, "IE"),
              error = Array::make(m_sites[site] + ".se", axes, "IE");
        Array count = Array::make(m_sites[site] + ".n", axes, "facts");
        Array peaks = Array::make(m_sites[site] + ".peaks", {axes[0]}, "facts");
        for (int layer = 0; layer < m_layers; ++layer) {
            set(peaks, std::size_t(layer), m_peaks[site][std::size_t(layer)]);
            for (std::size_t role = 0; role < allRoles.size(); ++role) {
                const std::size_t cell = std::size_t(layer) * allRoles.size() + role;
                const Sum& sum = m_sums[site * std::size_t(m_layers) * allRoles.size() + cell];
                const double average = mean(site, layer, role);
                set(ie, cell, average);
                set(count, cell, sum.count);
                const double variance = (sum.squares - sum.count * average * average) / (sum.count - 1);
                set(error, cell, sum.count < 2 ? none : std::sqrt(std::max(0.0, variance) / sum.count));
            }
        }
        for (Array* array : {&ie, &error, &count, &peaks})
            all.push_back(std::make_shared<const Array>(std::move(*array)));
    }
    const auto place = [&](std::string_view name) {
        return std::size_t(std::ranges::find(m_sites, name) - m_sites.begin());
    };
    const std::size_t o = place("o"), s = place("s"), g = place("g");
    if (std::max({o, s, g}) < m_sites.size()) {
        Array difference = Array::make("difference.ie", axes, "IE");
        for (int layer = 0; layer < m_layers; ++layer)
            for (std::size_t role = 0; role < allRoles.size(); ++role)
                set(difference, std::size_t(layer) * allRoles.size() + role,
                    mean(o, layer, role) - (mean(s, layer, role) + mean(g, layer, role)));
        all.push_back(std::make_shared<const Array>(std::move(difference)));
    }
    return all;
}

}  // namespace mnemo
