// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/repeat_layout.h"

#include <algorithm>
#include <map>

namespace mnemo {
namespace {

/// Looks at states of its own run before it has joined, or at all tokens before it.
bool needsAllOfItsRun(const Patch& patch)
{
    return std::holds_alternative<Reroute>(patch.what) ||
           (std::holds_alternative<Mask>(patch.what) && patch.site.kind == SiteKind::S);
}

/// Every patched run joins with all its rows from the first patched one on: what a mixing gave to rows that enter its
/// tail is not kept.
std::vector<RunLayout> withoutEntries(std::vector<RunLayout> layouts)
{
    for (RunLayout& layout : layouts)
        if (layout.entryLayer >= 0) {
            layout.stage = layout.entryLayer;
            layout.entryLayer = -1;
            layout.entryTokens.clear();
        }
    return layouts;
}

class Cut
{
public:
    Cut(Plan& plan, const std::set<const HostTensor*>& parameters, RepeatLayout& layout, int layers)
        : m_plan(plan), m_layout(layout), m_layers(layers), m_again(plan.runs.size(), false)
    {
        findChanging(parameters);
        findSources();
    }

    void make()
    {
        std::set<RunId> once, again;
        for (int i = 0; i < int(m_plan.readouts.size()); ++i) {
            Readout& readout = m_plan.readouts[std::size_t(i)];
            readout.klFrom.reset();  // a function of logits
            readout.run = whoHas(readout);
            const bool changes = m_again[std::size_t(readout.run)];
            (changes ? m_layout.others : m_layout.first).readouts.push_back(i);
            changes ? requireAgain(readout.run, again) : requireOnce(readout.run, once);
        }
        for (const RunId run : m_layout.kept.runs)
            requireOnce(run, once);
        m_layout.first.runs.assign(once.begin(), once.end());
        keepFor(again);
        again.insert(m_layout.kept.runs.begin(), m_layout.kept.runs.end());
        m_layout.others.runs.assign(again.begin(), again.end());
    }

private:
    const RunLayout& layoutOf(RunId run) const { return m_layout.again[std::size_t(run)]; }
    std::optional<RunId> parentOf(RunId run) const { return m_plan.runs[std::size_t(run)].parent; }

    void findChanging(const std::set<const HostTensor*>& parameters)
    {
        for (std::size_t run = 0; run < m_again.size(); ++run) {
            const RunLayout& layout = m_layout.again[run];
            const std::vector<Patch>& patches = m_plan.runs[run].patches;
            m_again[run] =
                std::ranges::any_of(layout.needs, [&](RunId id) { return m_again[std::size_t(id)]; }) ||
                std::ranges::any_of(patches, [&](const Patch& p) { return parameters.contains(valueOf(p)); });
        }
    }

    /// What others copy from must be there with all its states, whether it changes or not.
    void findSources()
    {
        for (auto run = RunId(m_again.size()); run-- > 0;) {
            if (!m_again[std::size_t(run)])
                continue;
            for (const Patch* patch : layoutOf(run).patches) {
                if (const RunId source = sourceOf(*patch); source >= 0)
                    computeAgain(source);
                if (needsAllOfItsRun(*patch))
                    computeAgain(run);
            }
        }
    }

    void computeAgain(std::optional<RunId> run)
    {
        for (; run; run = parentOf(*run))
            m_again[std::size_t(*run)] = true;
    }

    RunId whoHas(const Readout& readout) const
    {
        const int stage = stageOf(readout.state.value_or(Site{SiteKind::Final, 0, {}}), m_layers);
        RunId run = readout.run;
        const auto has = [&] {
            const RunLayout& layout = layoutOf(run);
            return layout.joins && layout.stage <= stage && layout.first <= readout.position;
        };
        while (m_again[std::size_t(run)] && parentOf(run) && !has())
            run = *parentOf(run);
        return run;
    }

    void requireOnce(RunId run, std::set<RunId>& runs) const
    {
        if (!runs.insert(run).second)
            return;
        for (const RunId needed : m_layout.once[std::size_t(run)].needs)
            requireOnce(needed, runs);
    }

    void requireAgain(RunId run, std::set<RunId>& runs)
    {
        if (!m_again[std::size_t(run)]) {
            m_layout.kept.runs.insert(run);
            return;
        }
        if (!runs.insert(run).second)
            return;
        if (parentOf(run))
            requireAgain(*parentOf(run), runs);
        for (const Patch* patch : layoutOf(run).patches)
            if (const RunId source = sourceOf(*patch); source >= 0)
                requireAgain(source, runs);
    }

    void keepFor(const std::set<RunId>& again)
    {
        KeptLayout& kept = m_layout.kept;
        kept.firstLayer = m_layers;
        kept.layers = layersWanted(m_plan, m_layout.others.readouts, m_layers);
        std::map<std::pair<RunId, int>, int> distances;
        for (const RunId run : again) {
            const RunLayout& layout = layoutOf(run);
            std::optional<RunId> above = parentOf(run);
            while (above && m_again[std::size_t(*above)])
                above = parentOf(*above);
            if (!above || !layout.joins)
                continue;
            kept.joins.push_back({run, *above, layout.stage, layout.first, layout.length});
            kept.firstLayer = std::min(kept.firstLayer, layout.stage);
            for (int token = 0; token < layout.first; ++token) {
                int& distance = distances.emplace(std::pair(*above, token), layout.length).first->second;
                distance = std::min(distance, layout.first - token);
            }
        }
        sortByDistance(distances);
    }

    void sortByDistance(const std::map<std::pair<RunId, int>, int>& distances)
    {
        std::map<int, std::vector<KeptToken>> byDistance;
        for (const auto& [name, distance] : distances)
            byDistance[distance].push_back({name.first, name.second});
        KeptLayout& kept = m_layout.kept;
        for (const auto& [distance, tokens] : byDistance) {
            kept.atMost.resize(std::size_t(distance), std::int64_t(kept.tokens.size()));
            kept.tokens.insert(kept.tokens.end(), tokens.begin(), tokens.end());
            kept.atMost.back() = std::int64_t(kept.tokens.size());
        }
    }

    Plan& m_plan;
    RepeatLayout& m_layout;
    int m_layers;
    std::vector<bool> m_again;
};

}  // namespace

RepeatLayout layOutRepeated(const LanguageModel& model, Plan& plan, const std::set<const HostTensor*>& parameters)
{
    RepeatLayout layout;
    layout.once = layOut(model, plan);
    layout.again = withoutEntries(layout.once);
    Cut(plan, parameters, layout, model.info().layers).make();
    return layout;
}

}  // namespace mnemo
