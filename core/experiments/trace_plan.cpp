// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/trace_plan.h"

#include "core/data/error.h"
#include "core/data/numbers.h"
#include "core/experiments/prompt_params.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

namespace mnemo {
namespace {

bool hasSite(const LanguageModel& model, SiteKind kind)
{
    return std::ranges::any_of(model.sites(), [kind](const SiteInfo& site) { return site.kind == kind; });
}

SiteKind readSite(const LanguageModel& model, const std::string& name, const FactTask& task)
{
    const std::optional<SiteKind> kind = siteKindFromName(name);
    if (!kind || !isPerLayer(*kind) || !hasSite(model, *kind)) {
        std::string known;
        for (const SiteInfo& site : model.sites())
            if (isPerLayer(site.kind))
                known += (known.empty() ? "" : ", ") + std::string(siteName(site.kind));
        throw Failure(ErrorCode::UnknownSite,
                      "The site \"" + name + "\" is none of a layer of " + model.info().architecture + ".",
                      "Choose from " + known + ".");
    }
    if (*kind == SiteKind::Pattern && task.pair.clean.size() != task.pair.corrupt.size())
        throw Failure(ErrorCode::LengthMismatch,
                      "Attention patterns of prompts of different lengths have no common keys.",
                      "Leave the site pattern out, or choose a subject of the same length.");
    return *kind;
}

int readColumn(const std::string& text, int columns)
{
    const std::optional<int> pos = wholeNumber(text);
    if (!pos || *pos < 0 || *pos >= columns)
        throw Failure(ErrorCode::Usage, "The position \"" + text + "\" is none of the prompt's tokens.",
                      "Choose from 0 to " + std::to_string(columns - 1) + ".");
    return *pos;
}

/// Whether a state at one token can reach later tokens within its own layer: all that feeds convolution, scan or
/// attention. What comes after them acts on its own token until the next layer.
bool mixesTokens(SiteKind kind)
{
    using enum SiteKind;
    constexpr std::array mixing{BlockIn, AttnIn, N, A, Conv, C, Delta, B, Write, State};
    return std::ranges::find(mixing, kind) != mixing.end();
}

std::vector<int> lookedAt(const FactTask& task, const TraceLayout& layout)
{
    std::vector<int> columns = layout.firstPositions;
    columns.push_back(task.pair.cleanSubject.end - 1);
    columns.push_back(task.last());
    std::vector<int> unique;
    for (const int pos : columns)
        if (std::ranges::find(unique, pos) == unique.end())
            unique.push_back(pos);
    return unique;
}

struct CellAt {
    int site;  ///< index into the layout's
    int layer;
    int pos;
};

std::vector<CellAt> cellOrder(const std::vector<int>& first, const FactTask& task, const TraceLayout& layout)
{
    const int sites = int(layout.sites.size());
    std::vector<CellAt> order;
    for (const int pos : first)
        for (int site = 0; site < sites; ++site)
            for (int layer = layout.layers - 1; layer >= 0; --layer)
                order.push_back({site, layer, pos});
    for (int layer = layout.layers - 1; layer >= 0; --layer)
        for (int site = 0; site < sites; ++site)
            for (int pos = task.last(); pos >= 0; --pos)
                if (std::ranges::find(first, pos) == first.end())
                    order.push_back({site, layer, pos});
    return order;
}

/// The patched runs of a map. Windows that are cut at the first layer begin alike, so each is the one before it with a
/// layer or two more: they share their rows up to there.
class CellRuns
{
public:
    CellRuns(Plan& plan, const FactTask& task, const FactRuns& runs, const TraceLayout& layout)
        : m_plan(plan), m_task(task), m_runs(runs), m_layout(layout)
    {
    }

    RunId of(const CellAt& cell, int sample)
    {
        const auto [found, isNew] = m_made.try_emplace({cell.site, cell.layer, cell.pos, sample});
        if (!isNew)
            return found->second;
        const LayerRange window = windowOf(cell);
        RunId parent = m_runs.base(m_task, sample);
        LayerRange own = window;
        if (cell.layer > 0 && window.first == 0) {
            const CellAt before{cell.site, cell.layer - 1, cell.pos};
            parent = of(before, sample);
            own.first = windowOf(before).end;
        }
        // Windows that are cut at both ends are the same run.
        return found->second = own.first == own.end ? parent : m_plan.addRun(parent, patches(cell, own, sample));
    }

private:
    LayerRange windowOf(const CellAt& cell) const
    {
        return windowAround(cell.layer, m_layout.windows[std::size_t(cell.site)], m_layout.layers);
    }

    /// Copies the site's state at one clean position (and its partner) from the other run.
    std::vector<Patch> patches(const CellAt& cell, LayerRange layers, int sample) const
    {
        const int partner = *m_task.pair.partner[std::size_t(cell.pos)];
        const bool restore = m_task.direction == Direction::Restore;
        const RunId other = restore ? m_runs.clean : m_runs.corrupt[std::size_t(sample)];
        const SiteKind site = m_layout.sites[std::size_t(cell.site)];
        std::vector<Patch> patches;
        for (int layer = layers.first; layer < layers.end; ++layer)
            patches.push_back(
                {{site, layer, {}}, {restore ? partner : cell.pos}, CopyFrom{other, {restore ? cell.pos : partner}}});
        return patches;
    }

    Plan& m_plan;
    const FactTask& m_task;
    const FactRuns& m_runs;
    const TraceLayout& m_layout;
    std::map<std::tuple<int, int, int, int>, RunId> m_made;  ///< by site, layer, position, sample
};

int readScores(Plan& plan, RunId run, RunId clean, const FactTask& task, const FactBase& base, CellScores scores)
{
    const int first = int(plan.readouts.size());
    for (int k = 0; k < int(base.scored.size()); ++k) {
        Readout readout;
        readout.run = run;
        readout.position = task.lastOfBase() + k;
        readout.tokens = {base.scored[std::size_t(k)]};
        if (k == 0 && scores == CellScores::All) {
            readout.tokens.push_back(base.foil);
            readout.klFrom = clean;
            readout.klPosition = task.last();
        }
        plan.read(std::move(readout));
    }
    return first;
}

}  // namespace

LayerRange windowAround(int layer, int window, int layers)
{
    const int first = layer - window / 2;
    return {std::max(0, first), std::min(layers, first + window)};
}

std::vector<SiteKind> defaultTraceSites(const LanguageModel& model)
{
    std::vector<SiteKind> sites;
    for (const SiteKind kind : model.info().traceSites)
        if (hasSite(model, kind))
            sites.push_back(kind);
    return sites;
}

int autoWindow(const ModelInfo& info)
{
    return std::max(1, int(std::lround(10.0 * info.layers / info.paperLayers)));
}

int readWindow(const std::string& window, const ModelInfo& info)
{
    if (window == "auto")
        return autoWindow(info);
    const std::optional<int> layers = wholeNumber(window);
    if (!layers || *layers < 1)
        throw Failure(ErrorCode::Usage, "The window \"" + window + "\" is no number of layers.",
                      "Write auto or a whole number from 1.");
    return *layers;
}

TraceLayout makeLayout(const LanguageModel& model, const std::vector<std::string>& sites, const std::string& window,
                       const std::vector<std::string>& firstPositions, const FactTask& task)
{
    TraceLayout layout;
    layout.layers = model.info().layers;
    for (const std::string& name : sites) {
        const SiteKind kind = readSite(model, name, task);
        if (std::ranges::find(layout.sites, kind) == layout.sites.end())
            layout.sites.push_back(kind);
    }
    if (layout.sites.empty())
        layout.sites = defaultTraceSites(model);
    const int size = readWindow(window, model.info());
    for (const SiteKind kind : layout.sites)
        layout.windows.push_back(kind == SiteKind::H ? 1 : size);
    for (const std::string& text : firstPositions)
        layout.firstPositions.push_back(readColumn(text, task.pair.clean.size()));
    return layout;
}

CellKind cellKind(const FactTask& task, const TraceLayout& layout, SiteKind site, int layer, int pos)
{
    if (!task.pair.partner[std::size_t(pos)])
        return CellKind::None;
    if (task.pair.isUnchanged(pos))
        return CellKind::Base;
    const auto at = std::size_t(std::ranges::find(layout.sites, site) - layout.sites.begin());
    const LayerRange window = windowAround(layer, layout.windows[at], layout.layers);
    if (window.end <= task.firstLayer)
        return CellKind::Base;
    const bool onlyLastLayer = window.first == layout.layers - 1;
    if (onlyLastLayer && pos != task.last() && !mixesTokens(site))
        return CellKind::Base;
    // The head reads nothing but this state, unless further tokens of the answer are read after it.
    if (onlyLastLayer && pos == task.last() && site == SiteKind::H && task.scoredTokens() == 1)
        return CellKind::Source;
    return CellKind::Run;
}

TraceCells addTrace(Plan& plan, const FactTask& task, const FactBase& base, const TraceLayout& layout,
                    CellScores scores)
{
    TraceCells trace;
    const FactRuns runs = addFactRuns(plan, task);
    CellRuns cellRuns(plan, task, runs, layout);
    const std::vector<int> first = lookedAt(task, layout);
    for (const CellAt& cell : cellOrder(first, task, layout)) {
        const auto [s, layer, pos] = cell;
        const SiteKind site = layout.sites[std::size_t(s)];
        if (cellKind(task, layout, site, layer, pos) != CellKind::Run)
            continue;
        trace.cells.push_back({s, layer, pos, int(plan.readouts.size())});
        for (int sample = 0; sample < task.samples(); ++sample)
            readScores(plan, cellRuns.of(cell, sample), runs.clean, task, base, scores);
        if (std::ranges::find(first, pos) != first.end())
            trace.firstReadouts = int(plan.readouts.size());
    }
    return trace;
}

}  // namespace mnemo
