// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/repeat_layout.h"
#include "core/engine/run_plan.h"
#include "core/engine/run_with_gradients.h"

#include <set>
#include <vector>

namespace mnemo {

/// A plan that is run again and again with other values of its parameters, recorded by autograd: a search for a value
/// (ROME's), Jacobians, gradients at many points. Runs that no parameter changes are computed once, without a graph.
/// The others begin at the layer and token where they first differ; what they look at before (the residual rows they
/// join with; of every later layer the convolution's last inputs and the state, or keys and values, in front of their
/// first token) is kept. For this to be worth it, a prompt is a run of its own and the patched one its child.
/// Const after construction, any thread; the model must outlive it.
class RepeatedPlan
{
public:
    /// Computes what the parameters do not change.
    /// @param parameters those that differ from run to run
    /// @param options how much memory may be kept
    /// @throws Failure as runWithGradients; OutOfMemory when more would be kept than there is memory for; Cancelled
    RepeatedPlan(const LanguageModel& model, const Edits& edits, Plan plan,
                 const std::set<const HostTensor*>& parameters, Reporter& reporter, const RunOptions& options = {});
    RepeatedPlan(const RepeatedPlan&) = delete;
    RepeatedPlan& operator=(const RepeatedPlan&) = delete;

    /// Of each readout what runWithGradients gives; undefined where it waits for parameters.
    const std::vector<at::Tensor>& known() const { return m_known; }

    /// Of each readout what runWithGradients gives. Gradients go to the parameters, not to edits or weights.
    /// @throws Failure as runWithGradients, also for a parameter that the constructor has not heard of; Cancelled
    std::vector<at::Tensor> run(const PlanParameters& parameters, Reporter& reporter) const;

private:
    const LanguageModel& m_model;
    Edits m_edits;
    Plan m_plan;
    std::set<const HostTensor*> m_parameters;
    RepeatLayout m_layout;
    std::vector<at::Tensor> m_known;
    KeptRows m_kept;
};

}  // namespace mnemo
