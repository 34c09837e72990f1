// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/batches.h"

#include <algorithm>
#include <set>

namespace mnemo {
namespace {

constexpr int none = -1;

/// The open readouts of one run; they are answered together.
struct Group {
    RunId run = 0;
    std::vector<int> readouts;
    bool first = false;
};

/// @param groupOf [run]
std::vector<Group> openGroups(const Plan& plan, const std::vector<ReadoutValue>& done, int firstReadouts,
                              std::vector<int>& groupOf)
{
    std::vector<Group> groups;
    groupOf.assign(plan.runs.size(), none);
    for (int readout = 0; readout < int(plan.readouts.size()); ++readout) {
        if (done[std::size_t(readout)].computed)
            continue;
        const RunId run = plan.readouts[std::size_t(readout)].run;
        if (groupOf[std::size_t(run)] == none) {
            groupOf[std::size_t(run)] = int(groups.size());
            groups.push_back({run, {}, readout < firstReadouts});
        }
        groups[std::size_t(groupOf[std::size_t(run)])].readouts.push_back(readout);
    }
    return groups;
}

/// A batch that grows.
class Filling
{
public:
    Filling(const Plan& plan, const std::vector<RunLayout>& layouts, int layers)
        : m_plan(plan), m_layouts(layouts), m_layers(layers)
    {
    }

    bool isEmpty() const { return m_batch.readouts.empty(); }
    std::int64_t rowLayers() const { return m_batch.rowLayers; }
    const std::set<RunId>& runs() const { return m_runs; }
    std::int64_t rows() const { return m_batch.rows; }

    void add(const Group& group, const Batch& more)  ///< what needs() says of it
    {
        m_batch.rows += more.rows;
        m_runs.insert(more.runs.begin(), more.runs.end());
        m_batch.readouts.insert(m_batch.readouts.end(), group.readouts.begin(), group.readouts.end());
        m_wanted = std::max(m_wanted, layersWanted(m_plan, group.readouts, m_layers));
        m_batch.rowLayers += more.rowLayers;
        m_batch.groups += more.runs.empty() ? 0 : 1;
    }

    Batch take()
    {
        m_batch.runs.assign(m_runs.begin(), m_runs.end());
        m_batch.rowLayers = 0;  // counted as they were added, before it was known how many layers all of them want
        for (const RunId run : m_batch.runs)
            m_batch.rowLayers += rowLayersOf(run, m_wanted);
        m_runs.clear();
        m_wanted = 0;
        return std::exchange(m_batch, {});
    }

    /// Whether these readouts cost no more than their share of the head.
    bool has(const Group& group) const
    {
        return m_runs.contains(group.run) && needs(group).runs.empty() &&
               layersWanted(m_plan, group.readouts, m_layers) <= m_wanted;
    }

    /// Runs that are not in the batch yet, their rows and work.
    Batch needs(const Group& group) const
    {
        std::set<RunId> more;
        require(group.run, more);
        for (const int readout : group.readouts)
            if (const auto kl = m_plan.readouts[std::size_t(readout)].klFrom)
                require(*kl, more);
        Batch needed;
        needed.runs.assign(more.begin(), more.end());
        for (const RunId run : more) {
            needed.rows += rowsOf(run);
            needed.rowLayers += rowLayersOf(run, m_layers);
        }
        return needed;
    }

private:
    std::int64_t rowsOf(RunId run) const
    {
        const RunLayout& layout = m_layouts[std::size_t(run)];
        return layout.joins ? layout.length - layout.first : 0;
    }

    std::int64_t rowLayersOf(RunId run, int wanted) const
    {
        const RunLayout& layout = m_layouts[std::size_t(run)];
        const bool enters = layout.entryLayer >= 0 && layout.entryLayer < wanted;
        return rowsOf(run) * std::max(0, wanted - layout.stage) +
               (enters ? std::int64_t(layout.entryTokens.size()) : 0);
    }

    void require(RunId run, std::set<RunId>& more) const
    {
        if (m_runs.contains(run) || !more.insert(run).second)
            return;
        for (const RunId needed : m_layouts[std::size_t(run)].needs)
            require(needed, more);
    }

    const Plan& m_plan;
    const std::vector<RunLayout>& m_layouts;
    const int m_layers;
    std::set<RunId> m_runs;
    Batch m_batch;
    int m_wanted = 0;
};

}  // namespace

int layersWanted(const Plan& plan, const std::vector<int>& readouts, int layers)
{
    int wanted = 0;
    for (const int readout : readouts) {
        const std::optional<Site>& state = plan.readouts[std::size_t(readout)].state;
        if (!state || state->kind == SiteKind::Final)
            return layers;
        wanted = std::max(wanted, state->kind == SiteKind::Embed ? 0 : state->layer + 1);
    }
    return wanted;
}

std::vector<Batch> makeBatches(const Plan& plan, const std::vector<RunLayout>& layouts, int layers,
                               const std::vector<ReadoutValue>& done, const BatchLimits& limits)
{
    std::vector<int> groupOf;
    const std::vector<Group> groups = openGroups(plan, done, limits.firstReadouts, groupOf);
    std::int64_t work = 0;
    if (limits.parts > 1) {
        Filling all(plan, layouts, layers);
        for (const Group& group : groups)
            all.add(group, all.needs(group));
        work = all.rowLayers();
    }
    const bool cut = limits.parts > 1 && work > limits.worthIt;
    const std::int64_t part = std::max(limits.worthIt, work / std::max(1, limits.parts));

    std::vector<Batch> batches;
    Filling filling(plan, layouts, layers);
    bool first = false;
    int parts = 1;
    std::vector<bool> asked(groups.size(), false);
    const auto close = [&] {  // what is computed in the batch anyway is read there
        if (!first)
            for (const RunId run : filling.runs()) {
                const int group = groupOf[std::size_t(run)];
                if (group == none || asked[std::size_t(group)] || !filling.has(groups[std::size_t(group)]))
                    continue;
                filling.add(groups[std::size_t(group)], {});
                asked[std::size_t(group)] = true;
            }
        batches.push_back(filling.take());
    };
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const Group& group = groups[i];
        if (asked[i])
            continue;
        Batch more = filling.needs(group);
        const bool full = !filling.isEmpty() && filling.rows() + more.rows > limits.rows;
        const bool changes = cut && !filling.isEmpty() && first && !group.first;
        const bool enough = cut && !group.first && parts < limits.parts && filling.rowLayers() >= part;
        if (full || changes || enough) {
            close();
            parts += enough ? 1 : 0;
            if (asked[i])
                continue;
            more = filling.needs(group);
        }
        filling.add(group, more);
        asked[i] = true;
        first = group.first;
    }
    if (!filling.isEmpty())
        close();
    return batches;
}

}  // namespace mnemo
