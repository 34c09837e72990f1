// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <memory>

#include "core/data/error.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_choice.h"
#include "core/experiments/role_average.h"
#include "core/io/record_log.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

constexpr std::int64_t rowsTogether = 8192;  // of the facts whose traces share a plan, roughly

struct AverageParams : FactChoiceParams {
    std::vector<std::string> sites;
    std::string window = "auto";
    Averaging averaging = Averaging::Eq7;
    std::filesystem::path records;
};

/// What the records of a run depend on: the same facts, model and maps, however many facts are wanted.
Json recordsHeader(const AverageParams& params, const ExperimentContext& context, const TraceLayout& layout)
{
    Json sites = Json::object();
    for (std::size_t i = 0; i < layout.sites.size(); ++i)
        sites[std::string(siteName(layout.sites[i]))] = layout.windows[i];
    return {{"schema", "mnemo.average.records/1"},
            {"model", context.model.hash},
            {"windows", sites},
            {"prefix", prefixName(params.prefix)},
            {"edits", context.edits.size()}};
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
        if (m_params.records.empty())
            return;
        m_log = std::make_unique<RecordLog>(m_params.records, recordsHeader(m_params, m_context, m_layout));
        try {
            for (const Json& record : m_log->records())
                remember(FactMaps::fromJson(record, siteNames(), m_layout.layers));
        } catch (const Failure& failure) {
            const Error& error = failure.error();
            throw Failure(error.code, shown(m_params.records) + ": " + error.message, error.hint);
        }
    }

    /// Traces facts from `begin` on, as many as fit into a plan, and takes those that were recorded. @return the next
    std::size_t trace(std::size_t begin)
    {
        struct Traced {
            std::size_t fact;
            std::vector<TraceCell> cells;
        };
        Plan plan;
        std::vector<Traced> traced;
        std::size_t end = begin;
        for (std::int64_t rows = 0; end < m_selection.facts.size() && rows < rowsTogether; ++end) {
            const ChosenFact& fact = m_selection.facts[end];
            if (m_known.contains(fact.toJson().dump()))
                continue;
            traced.push_back({end, addTrace(plan, fact.task, fact.base, m_layout, CellScores::Target).cells});
            rows += std::int64_t(traced.back().cells.size()) * fact.task.pair.clean.size() / 2;
        }
        if (!traced.empty()) {
            const PlanResult result =
                runPlan(*m_context.model.model, m_context.edits, plan, m_reporter, runOptions(m_context));
            for (const Traced& one : traced)
                take(readMaps(m_selection.facts[one.fact], m_layout, one.cells, result));
        }
        for (std::size_t i = begin; i < end; ++i) {
            const FactMaps& maps = m_known.at(m_selection.facts[i].toJson().dump());
            m_average->add(maps);
            m_facts.push_back({{"fact", maps.fact},
                               {"p_clean", maps.pClean},
                               {"p_corrupt", maps.pCorrupt},
                               {"peaks", peaksOf(maps)}});
        }
        m_reporter.progress(std::int64_t(end), std::int64_t(m_selection.facts.size()), "facts");
        m_reporter.partial([&] { return snapshot(); });
        return end;
    }

    void take(FactMaps maps)
    {
        if (m_log)
            m_log->append(maps.toJson());
        remember(std::move(maps));
    }

    void remember(FactMaps maps)
    {
        const std::string fact = maps.fact.dump();
        m_known.insert_or_assign(fact, std::move(maps));
    }

    Result snapshot() const
    {
        Result result;
        result.title = "Average over " + std::to_string(m_average->facts()) + " facts";
        Json windows = Json::object();
        for (std::size_t i = 0; i < m_layout.sites.size(); ++i)
            windows[std::string(siteName(m_layout.sites[i]))] = m_layout.windows[i];
        Json counts = m_selection.countsJson();
        counts["used"] = m_average->facts();
        result.head = {{"sites", siteNames()},
                       {"windows", std::move(windows)},
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
    std::unique_ptr<RecordLog> m_log;
    std::map<std::string, FactMaps> m_known;  ///< by fact
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
    return description
        .param("sites", &AverageParams::sites, "Sites", "Where states are put back; none: the architecture's own list.")
        .param("window", &AverageParams::window, "Window",
               "Layers replaced together at every site but h: a number, or auto for the paper's share of depth.")
        .choice("averaging", &AverageParams::averaging,
                {{"eq7", Averaging::Eq7}, {"as-published", Averaging::AsPublished}}, "Averaging",
                "Eq. 7 over the facts that have such tokens, or as the authors' code averages.")
        .param("records", &AverageParams::records, "Records",
               "A .jsonl that every fact is appended to, and that a later run goes on from.")
        .run(runAverage);
}

}  // namespace mnemo
