// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/trace_maps.h"

#include "core/experiments/axes.h"

#include <array>
#include <cmath>

namespace mnemo {
namespace {

struct Quantity {
    const char* name;
    const char* unit;
    double Score::*member;
};

constexpr std::array quantities{Quantity{"p", "probability", &Score::p},
                                Quantity{"logp", "nats", &Score::logp},
                                Quantity{"rank", "rank", &Score::rank},
                                Quantity{"logit", "logit", &Score::logit},
                                Quantity{"logit_foil", "logit", &Score::logitFoil},
                                Quantity{"kl", "nats", &Score::kl}};

/// The scores of one patched run; false while one of its readouts is missing.
bool readScore(const std::vector<ReadoutValue>& values, std::size_t first, std::size_t count, Score& score)
{
    for (std::size_t k = 0; k < count; ++k) {
        const ReadoutValue& value = values[first + k];
        if (!value.computed)
            return false;
        score.logp += value.tokens[0].logp;
        if (k > 0)
            continue;
        score.rank = value.tokens[0].rank;
        score.logit = value.tokens[0].logit;
        score.logitFoil = value.tokens[1].logit;
        score.kl = value.kl;
    }
    score.p = std::exp(score.logp);
    return true;
}

}  // namespace

TraceMaps::TraceMaps(const FactTask& task, const FactBase& base, const TraceLayout& layout) : m_task(task)
{
    const bool restore = task.direction == Direction::Restore;
    const std::vector<Axis> axes{layerAxis(layout.layers), tokenAxis(task.pair.clean)};
    for (const SiteKind site : layout.sites) {
        SiteMaps& maps = m_sites.emplace_back();
        for (const Quantity& quantity : quantities)
            maps.arrays.push_back(Array::make(std::string(siteName(site)) + "." + quantity.name, axes, quantity.unit));
        for (int layer = 0; layer < layout.layers; ++layer)
            for (int pos = 0; pos < task.pair.clean.size(); ++pos) {
                const CellKind kind = cellKind(task, layout, site, layer, pos);
                if (kind == CellKind::Base)
                    set(maps, layer, pos, restore ? base.corrupt : base.clean, CellState::Exact);
                if (kind == CellKind::Source)
                    set(maps, layer, pos, restore ? base.clean : base.corrupt, CellState::Exact);
            }
    }
}

void TraceMaps::take(const std::vector<TraceCell>& cells, const PlanResult& result)
{
    m_taken.resize(cells.size(), false);
    const auto tokens = std::size_t(m_task.scoredTokens());
    for (std::size_t i = m_firstMissing; i < cells.size(); ++i) {
        if (m_taken[i])
            continue;
        std::vector<Score> samples(std::size_t(m_task.samples()));
        bool complete = true;
        for (std::size_t s = 0; complete && s < samples.size(); ++s)
            complete = readScore(result.values, std::size_t(cells[i].readout) + s * tokens, tokens, samples[s]);
        if (!complete)
            continue;
        set(m_sites[std::size_t(cells[i].site)], cells[i].layer, cells[i].pos, mean(samples), CellState::Computed);
        m_taken[i] = true;
    }
    while (m_firstMissing < cells.size() && m_taken[m_firstMissing])
        ++m_firstMissing;
}

std::vector<ArrayPtr> TraceMaps::arrays() const
{
    std::vector<ArrayPtr> all;
    for (const SiteMaps& maps : m_sites)
        for (const Array& array : maps.arrays)
            all.push_back(std::make_shared<const Array>(array));
    return all;
}

double TraceMaps::done() const
{
    std::size_t total = 0;
    std::size_t filled = 0;
    for (const SiteMaps& maps : m_sites) {
        const Array& p = maps.arrays.front();
        for (std::size_t i = 0; i < p.size(); ++i) {
            if (!m_task.pair.partner[i % m_task.pair.partner.size()])
                continue;
            ++total;
            filled += p.states[i] != CellState::NotComputed ? 1 : 0;
        }
    }
    return total == 0 ? 1.0 : double(filled) / double(total);
}

void TraceMaps::set(SiteMaps& maps, int layer, int pos, const Score& score, CellState state)
{
    for (std::size_t q = 0; q < quantities.size(); ++q) {
        Array& array = maps.arrays[q];
        const std::size_t cell = std::size_t(layer) * std::size_t(array.axes[1].size()) + std::size_t(pos);
        array.values[cell] = score.*quantities[q].member;
        array.states[cell] = state;
    }
}

}  // namespace mnemo
