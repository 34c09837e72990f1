// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/repeated_plan.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <utility>

#include "core/data/error.h"
#include "core/engine/wave.h"

namespace mnemo {
namespace {

Plan checked(const LanguageModel& model, Plan plan)
{
    checkPlan(model, plan);
    return plan;
}

Edits constant(Edits edits)
{
    for (RankOneEdit& edit : edits) {
        edit.u_O = edit.u_O.detach();
        edit.v_I = edit.v_I.detach();
    }
    return edits;
}

}  // namespace

RepeatedPlan::RepeatedPlan(const LanguageModel& model, const Edits& edits, Plan plan,
                           const std::set<const HostTensor*>& parameters, Reporter& reporter, const RunOptions& options)
    : m_model(model),
      m_edits(constant(edits)),
      m_plan(checked(model, std::move(plan))),
      m_parameters(parameters),
      m_layout(layOutRepeated(model, m_plan, parameters)),
      m_kept(m_layout.kept, model.info().layers, options.memoryBytes)
{
    const at::NoGradGuard noGrad;
    const PlanParameters none;
    Recording recording{none, std::vector<at::Tensor>(m_plan.readouts.size())};
    if (!m_layout.first.runs.empty())
        recordBatch(model, m_edits, m_plan, m_layout.once, m_layout.first, recording, reporter, &m_kept);
    m_known = std::move(recording.readouts);
}

std::vector<at::Tensor> RepeatedPlan::run(const PlanParameters& parameters, Reporter& reporter) const
{
    const at::AutoGradMode record(true);
    checkParameters(m_model, m_plan, parameters);
    if (!std::ranges::all_of(parameters, [&](const auto& entry) { return m_parameters.contains(entry.first); }))
        throw Failure(ErrorCode::Usage, "A parameter was not among those that change from run to run.",
                      "Name it when the plan is made.");
    Recording recording{parameters, m_known};
    if (!m_layout.others.readouts.empty())
        recordBatch(m_model, m_edits, m_plan, m_layout.again, m_layout.others, recording, reporter, nullptr, &m_kept);
    return std::move(recording.readouts);
}

}  // namespace mnemo
