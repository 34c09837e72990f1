// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <span>

#include "core/engine/run_plans.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_records.h"
#include "core/experiments/role_average.h"

namespace mnemo {
namespace {

constexpr std::int64_t rowsTogether = 4096;  // of the facts whose traces share a plan, roughly; twice as many alone

struct AverageParams : FactChoiceParams {
    std::vector<std::string> sites;
    std::string window = "auto";
    Averaging averaging = Averaging::Eq7;
};

/// Layers replaced together, by site.
Json windowsOf(const TraceLayout& layout)
{
    Json windows = Json::object();
    for (std::size_t i = 0; i < layout.sites.size(); ++i)
        windows[std::string(siteName(layout.sites[i]))] = layout.windows[i];
    return windows;
}

/// Layers, by site.
Json peaksOf(const FactMaps& maps)
{
    Json peaks = Json::object();
    const std::vector<int> layers = maps.peaks();
    for (std::size_t site = 0; site < layers.size(); ++site)
        peaks[maps.sites[site]] = layers[site];
    return peaks;
}

/// Averages of indirect effects over many facts: each fact traced as `trace` does, with one list of facts for all
/// sites. Source: Sen Sharma et al. 2024, Figs 2b, 3, 8, 9 (METHODS.md §2.6, §2.7).
class Average
{
public:
    Average(const AverageParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params), m_context(context), m_reporter(reporter)
    {
    }

    Result run()
    {
        m_selection = chooseFacts(m_params, m_context, true, m_reporter);
        m_layout =
            makeLayout(*m_context.model.model, m_params.sites, m_params.window, {}, m_selection.facts.front().task);
        m_average = std::make_unique<RoleAverage>(m_params.averaging, siteNames(), m_layout.layers);
        openRecords();
        try {
            std::size_t begin = 0;
            while (begin < m_selection.facts.size())
                begin = trace(begin);
        } catch (const Cancelled&) {
            if (m_average->facts() > 0)
                m_reporter.partial([&] { return snapshot(); });
            throw;
        }
        return snapshot();
    }

private:
    std::vector<std::string> siteNames() const
    {
        std::vector<std::string> names;
        for (const SiteKind site : m_layout.sites)
            names.emplace_back(siteName(site));
        return names;
    }

    void openRecords()
    {
        m_records = std::make_unique<FactRecords<FactMaps>>(
            m_params.records,
            recordsHeader("average", m_params, m_context, Json::object({{"windows", windowsOf(m_layout)}})),
            [sites = siteNames(), layers = m_layout.layers](const Json& json) {
                return FactMaps::fromJson(json, sites, layers);
            });
    }

    /// Neighbours whose traces share a plan, and their cells.
    struct Traced {
        std::span<const ChosenFact> facts;
        Plan plan;
        std::vector<std::vector<TraceCell>> cells;
    };

    /// The facts from `begin` on, as many as fit into a plan.
    Traced gather(std::size_t begin) const
    {
        const std::int64_t most = plansTogether(*m_context.model.model) > 1 ? rowsTogether : 2 * rowsTogether;
        Traced traced;
        std::size_t end = begin;
        for (std::int64_t rows = 0; end < m_selection.facts.size() && rows < most; ++end) {
            const FactTask& task = m_selection.facts[end].task;
            traced.cells.push_back(
                addTrace(traced.plan, task, m_selection.facts[end].base, m_layout, CellScores::Target).cells);
            rows += std::int64_t(traced.cells.back().size()) * task.pair.clean.size() / 2;
        }
        traced.facts = std::span(m_selection.facts).subspan(begin, end - begin);
        return traced;
    }

    /// Traces facts from `begin` on, a few plans full of them, unless all were recorded. @return the next
    std::size_t trace(std::size_t begin)
    {
        const LanguageModel& model = *m_context.model.model;
        std::vector<Traced> traced;
        std::vector<Plan> plans;
        std::size_t end = begin;
        for (int i = 0; i < plansTogether(model) && end < m_selection.facts.size(); ++i) {
            traced.push_back(gather(end));
            plans.push_back(std::move(traced.back().plan));
            end += traced.back().facts.size();
        }
        m_records->forEach(
            std::span(m_selection.facts).subspan(begin, end - begin), [&] { traceTogether(traced, plans); },
            [this](const FactMaps& maps) {
                m_average->add(maps);
                m_facts.push_back({{"fact", maps.fact},
                                   {"p_clean", maps.pClean},
                                   {"p_corrupt", maps.pCorrupt},
                                   {"peaks", peaksOf(maps)}});
            });
        m_reporter.progress(std::int64_t(end), std::int64_t(m_selection.facts.size()), "facts");
        m_reporter.partial([&] { return snapshot(); });
        return end;
    }

    void traceTogether(const std::vector<Traced>& traced, const std::vector<Plan>& plans)
    {
        const std::vector<PlanResult> results =
            runPlans(*m_context.model.model, m_context.edits, plans, m_reporter, runOptions(m_context));
        for (std::size_t i = 0; i < results.size(); ++i)
            for (std::size_t k = 0; k < traced[i].facts.size(); ++k)
                m_records->addNew(readMaps(traced[i].facts[k], m_layout, traced[i].cells[k], results[i]));
    }

    Result snapshot() const
    {
        Result result;
        result.title = "Average over " + std::to_string(m_average->facts()) + " facts";
        Json counts = m_selection.countsJson();
        counts["used"] = m_average->facts();
        result.head = {{"sites", siteNames()},
                       {"windows", windowsOf(m_layout)},
                       {"averaging", m_params.averaging == Averaging::Eq7 ? "eq7" : "as-published"},
                       {"counts", std::move(counts)},
                       {"facts", m_facts}};
        result.arrays = m_average->arrays();
        result.done = double(m_average->facts()) / double(m_selection.facts.size());
        result.provenance = {{"seed", m_params.seed}};
        return result;
    }

    const AverageParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    FactSelection m_selection;
    TraceLayout m_layout;
    std::unique_ptr<RoleAverage> m_average;
    std::unique_ptr<FactRecords<FactMaps>> m_records;
    Json m_facts = Json::array();
};

Result runAverage(const AverageParams& params, const ExperimentContext& context, Reporter& reporter)
{
    return Average(params, context, reporter).run();
}

}  // namespace

Experiment averageExperiment()
{
    auto description = describe<AverageParams>(
        "average", "Average effect",
        "How much of the answer each state gives back, averaged over many facts by token role.");
    describeFactChoice(description);
    description
        .param("sites", &AverageParams::sites, "Sites", "Where states are put back.",
               {.ifUnset = "the architecture's own list"})
        .param("window", &AverageParams::window, "Window",
               "Layers replaced together at every site but h: a number, or auto for the paper's share of depth.")
        .choice("averaging", &AverageParams::averaging,
                {{"eq7", Averaging::Eq7}, {"as-published", Averaging::AsPublished}}, "Averaging",
                "Eq. 7 over the facts that have such tokens, or as the authors' code averages.");
    describeRecords(description);
    return description.run(runAverage);
}

}  // namespace mnemo
