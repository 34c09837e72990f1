// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run_plan.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <deque>
#include <string>

#include "core/data/error.h"
#include "core/engine/device.h"
#include "core/engine/known_products.h"
#include "core/engine/wave.h"

namespace mnemo {
namespace {

constexpr std::int64_t cpuRows = 4096;  // beyond this a batch gains no speed on a CPU and only delays its values
constexpr std::int64_t gpuRows = 32768;
constexpr double cpuPart = 2e10;  // FLOP below which a part is not cut off: a tenth of a second or so
constexpr double gpuPart = 2e12;
constexpr std::int64_t knownShare = 8;  // of the budget for products that later batches need again

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
        if (batch.groups <= 1 && !work.known)
            throw Failure(ErrorCode::OutOfMemory,
                          "There is not enough memory for one run of " + std::to_string(batch.rows) + " token rows.",
                          "Close other programs, use a smaller model, or choose another device.");
        forget(batch, work.result);
        return false;
    }
}

bool asksForPatterns(const Plan& plan)
{
    const auto isPattern = [](const Site& site) { return site.kind == SiteKind::Pattern; };
    return std::ranges::any_of(plan.readouts,
                               [&](const Readout& readout) { return readout.state && isPattern(*readout.state); }) ||
           std::ranges::any_of(plan.runs, [&](const Run& run) {
               return std::ranges::any_of(run.patches, [&](const Patch& patch) { return isPattern(patch.site); });
           });
}

}  // namespace

/// The states of a block are never all there at once; a quarter more for what passes. A map of who looks at whom is as
/// wide as the longest prompt, and copied while it is patched.
std::int64_t activationBytesPerRow(const LanguageModel& model, const Plan& plan)
{
    double entries = 0, heads = 0;
    for (const SiteInfo& site : model.sites())
        if (site.kind == SiteKind::Pattern)
            heads = site.width;
        else if (site.kind != SiteKind::Write && site.kind != SiteKind::State)
            entries += 1.25 * site.width;
    if (heads > 0 && asksForPatterns(plan)) {
        std::size_t longest = 0;
        for (const Run& run : plan.runs)
            longest = std::max(longest, run.tokens.size());
        entries += 5 * heads * double(longest);
    }
    return std::int64_t(entries * double(at::elementSize(at::typeMetaToScalarType(model.options().dtype()))));
}

PlanResult runPlan(const LanguageModel& model, const Edits& edits, const Plan& plan, Reporter& reporter,
                   const RunOptions& options)
{
    const at::NoGradGuard noGrad;
    checkPlan(model, plan);
    const std::vector<RunLayout> layouts = layOut(model, plan);
    PlanResult result;
    result.values.resize(plan.readouts.size());
    result.stats.rowsPerLayer.resize(std::size_t(model.info().layers));
    std::int64_t done = 0, planned = 0;
    const bool cpu = model.options().device().is_cpu();
    PlanWork work{model,
                  edits,
                  plan,
                  layouts,
                  options,
                  result,
                  [&] {
                      ++result.stats.stopChecks;
                      reporter.checkStop();
                  },
                  [&](std::int64_t rows) {
                      done += rows;
                      if (options.progress)
                          options.progress(done, planned);
                  }};
    const BlockFlops flops = model.flopsPerRow();
    BatchLimits limits;
    const auto rowsWithin = [&](std::int64_t bytes) {
        return std::clamp<std::int64_t>(bytes / activationBytesPerRow(model, plan), 1, cpu ? cpuRows : gpuRows);
    };
    limits.rows = rowsWithin(options.memoryBytes);
    limits.firstReadouts = options.firstReadouts;
    limits.parts = options.parts;
    limits.worthIt = std::int64_t((cpu ? cpuPart : gpuPart) / std::max(1.0, flops.mixing + flops.tail));
    const auto batchesLeft = [&] {
        std::vector<Batch> made = makeBatches(plan, layouts, model.info().layers, result.values, limits);
        planned = done;
        for (const Batch& batch : made)
            planned += batch.rowLayers;
        return std::deque<Batch>(std::make_move_iterator(made.begin()), std::make_move_iterator(made.end()));
    };
    std::deque<Batch> batches = batchesLeft();
    const std::int64_t knownBytes = options.memoryBytes / knownShare;
    KnownProducts known(knownBytes);
    if (cpu && batches.size() > 1) {
        work.known = &known;
        limits.rows = rowsWithin(options.memoryBytes - knownBytes);
        batches = batchesLeft();
    }
    try {
        while (!batches.empty()) {
            if (tryBatch(work, batches.front())) {
                batches.pop_front();
                if (options.sink)
                    options.sink(result);
            } else {
                known.clear();
                work.known = nullptr;
                limits.rows = std::max<std::int64_t>(1, batches.front().rows / 2);
                reporter.note("The device is full: going on with batches of " + std::to_string(limits.rows) + " rows.");
                batches = batchesLeft();
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
