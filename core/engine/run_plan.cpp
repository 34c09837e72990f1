// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run_plan.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/data/error.h"
#include "core/engine/device.h"
#include "core/engine/wave.h"

namespace mnemo {
namespace {

constexpr std::int64_t firstRows = 512;  // a small first batch: values appear soon
constexpr std::int64_t cpuRows = 4096;   // beyond this a batch gains no speed on a CPU and only delays its values
constexpr std::int64_t gpuRows = 32768;

/// Activations of one row that live at once, generously: every state of a block in float, and as much again in passing.
std::int64_t bytesPerRow(const LanguageModel& model)
{
    std::int64_t entries = 0;
    for (const SiteInfo& site : model.sites())
        if (site.kind != SiteKind::Write && site.kind != SiteKind::State && site.kind != SiteKind::Pattern)
            entries += site.width;
    return entries * 2 * std::int64_t(at::elementSize(at::typeMetaToScalarType(model.options().dtype())));
}

/// Groups runs in the order of the plan until the row budget is met. What a run refers to goes into its batch.
class Batcher
{
public:
    Batcher(const Plan& plan, const std::vector<RunLayout>& layouts) : m_plan(plan), m_layouts(layouts)
    {
        m_readouts.resize(plan.runs.size());
        for (std::size_t i = 0; i < plan.readouts.size(); ++i)
            m_readouts[std::size_t(plan.readouts[i].run)].push_back(int(i));
    }

    /// The next runs whose readouts are not `done` yet; empty when all are.
    Batch next(const PlanResult& done, std::int64_t maxRows) const
    {
        std::set<RunId> runs;
        Batch batch;
        for (RunId run = 0; run < RunId(m_plan.runs.size()); ++run) {
            std::vector<int> open;
            for (const int readout : m_readouts[std::size_t(run)])
                if (!done.values[std::size_t(readout)].computed)
                    open.push_back(readout);
            if (open.empty())
                continue;
            std::set<RunId> more;
            std::int64_t rows = require(run, runs, more);
            for (const int readout : open)
                if (const auto kl = m_plan.readouts[std::size_t(readout)].klFrom)
                    rows += require(*kl, runs, more);
            if (!batch.readouts.empty() && batch.rows + rows > maxRows)
                break;
            batch.rows += rows;
            runs.merge(more);
            batch.readouts.insert(batch.readouts.end(), open.begin(), open.end());
        }
        batch.runs.assign(runs.begin(), runs.end());
        return batch;
    }

private:
    std::int64_t require(RunId run, const std::set<RunId>& present, std::set<RunId>& more) const
    {
        if (present.contains(run) || !more.insert(run).second)
            return 0;
        const RunLayout& layout = m_layouts[std::size_t(run)];
        std::int64_t rows = layout.joins ? layout.length - layout.first : 0;
        for (const RunId needed : layout.needs)
            rows += require(needed, present, more);
        return rows;
    }

    const Plan& m_plan;
    const std::vector<RunLayout>& m_layouts;
    std::vector<std::vector<int>> m_readouts;
};

/// What a batch that failed half-way has left behind must not stand beside what its repetition finds.
void forget(const Batch& batch, PlanResult& result)
{
    for (const int readout : batch.readouts)
        result.values[std::size_t(readout)] = {};
}

/// @return false when the device was full
bool tryBatch(const PlanWork& work, const Batch& batch)
{
    try {
        Wave(work, batch).run();
        return true;
    } catch (const std::exception& error) {
        if (!isOutOfMemory(error))
            throw;
        const auto sameRun = [&](int readout) {
            return work.plan.readouts[std::size_t(readout)].run ==
                   work.plan.readouts[std::size_t(batch.readouts.front())].run;
        };
        if (std::all_of(batch.readouts.begin(), batch.readouts.end(), sameRun))
            throw Failure(ErrorCode::OutOfMemory,
                          "There is not enough memory for one run of " + std::to_string(batch.rows) + " token rows.",
                          "Close other programs, use a smaller model, or choose another device.");
        forget(batch, work.result);
        return false;
    }
}

}  // namespace

PlanResult runPlan(const LanguageModel& model, const Edits& edits, const Plan& plan, Reporter& reporter,
                   const RunOptions& options)
{
    const at::NoGradGuard noGrad;
    checkPlan(model, plan);
    const std::vector<RunLayout> layouts = layOut(model, plan);
    PlanResult result;
    result.values.resize(plan.readouts.size());
    result.stats.rowsPerLayer.resize(std::size_t(model.info().layers));
    const PlanWork work{model, edits, plan, layouts, options, result, [&] {
                            ++result.stats.stopChecks;
                            reporter.checkStop();
                        }};
    const std::int64_t most = std::min(model.options().device().is_cpu() ? cpuRows : gpuRows,
                                       std::max<std::int64_t>(1, options.memoryBytes / bytesPerRow(model)));
    std::int64_t rows = std::min(firstRows, most);
    std::int64_t limit = most;
    const Batcher batcher(plan, layouts);
    try {
        for (Batch batch = batcher.next(result, rows); !batch.readouts.empty(); batch = batcher.next(result, rows)) {
            if (tryBatch(work, batch)) {
                rows = limit;
                if (options.sink)
                    options.sink(result);
            } else {
                limit = rows = std::max<std::int64_t>(1, batch.rows / 2);
                reporter.note("The device is full: going on with batches of " + std::to_string(rows) + " rows.");
            }
        }
    } catch (const Cancelled&) {
        if (options.sink)
            options.sink(result);
        throw;
    }
    return result;
}

}  // namespace mnemo
