// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run_with_gradients.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <limits>
#include <set>
#include <sstream>

#include "core/data/error.h"
#include "core/engine/device.h"
#include "core/engine/wave.h"

namespace mnemo {
namespace {

std::set<const HostTensor*> valuesOf(const Plan& plan)
{
    std::set<const HostTensor*> values;
    for (const Run& run : plan.runs)
        for (const Patch& patch : run.patches)
            if (const HostTensor* value = valueOf(patch))
                values.insert(value);
    return values;
}

}  // namespace

void checkParameters(const LanguageModel& model, const Plan& plan, const PlanParameters& parameters)
{
    const std::set<const HostTensor*> values = valuesOf(plan);
    const at::TensorOptions options = model.options();
    for (const auto& [value, parameter] : parameters) {
        if (!values.contains(value))
            throw Failure(ErrorCode::Usage, "A parameter stands in for a value that no patch of the plan has.",
                          "Put the value into a patch first.");
        const bool fits = parameter.sizes() == at::IntArrayRef(value->shape) && parameter.dtype() == options.dtype() &&
                          parameter.device() == options.device();
        if (fits)
            continue;
        std::ostringstream what;
        what << "A parameter has the shape " << parameter.sizes() << " in " << parameter.dtype() << " on "
             << parameter.device() << " and stands in for " << at::IntArrayRef(value->shape) << " in "
             << options.dtype() << " on " << options.device() << ".";
        throw Failure(ErrorCode::Usage, what.str(), "Give it the shape of the patch's value, and the model's type.");
    }
}

void recordBatch(const LanguageModel& model, const Edits& edits, const Plan& plan,
                 const std::vector<RunLayout>& layouts, const Batch& batch, Recording& recording, Reporter& reporter,
                 KeptRows* keeps, const KeptRows* kept)
{
    const RunOptions options;
    PlanResult result;
    result.stats.rowsPerLayer.resize(std::size_t(model.info().layers));
    PlanWork work{
        model,     edits, plan, layouts, options, result, [&reporter] { reporter.checkStop(); }, [](std::int64_t) {},
        &recording};
    work.keeps = keeps;
    work.kept = kept;
    try {
        Wave(work, batch).run();
    } catch (const std::exception& error) {
        if (!isOutOfMemory(error))
            throw;
        throw Failure(ErrorCode::OutOfMemory,
                      "There is not enough memory to record a plan of " + std::to_string(plan.runs.size()) + " runs.",
                      "Use fewer prompts at once, a smaller model, or another device.");
    }
}

std::vector<at::Tensor> runWithGradients(const LanguageModel& model, const Edits& edits, const Plan& plan,
                                         const PlanParameters& parameters, Reporter& reporter)
{
    const at::AutoGradMode record(true);
    checkPlan(model, plan);
    checkParameters(model, plan, parameters);
    const std::vector<RunLayout> layouts = layOut(model, plan);
    Recording recording{parameters, std::vector<at::Tensor>(plan.readouts.size())};
    BatchLimits all;
    all.rows = std::numeric_limits<std::int64_t>::max();
    const std::vector<ReadoutValue> none(plan.readouts.size());
    for (const Batch& batch : makeBatches(plan, layouts, model.info().layers, none, all))
        recordBatch(model, edits, plan, layouts, batch, recording, reporter);
    return std::move(recording.readouts);
}

}  // namespace mnemo
