// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: O outputs of the edited matrix.
#pragma once
#include "core/data/plan.h"
#include "core/data/reporter.h"
#include "core/engine/repeated_plan.h"
#include "core/experiments/editable.h"
#include "core/experiments/experiment.h"
#include "core/experiments/fact.h"

#include <ATen/core/Tensor.h>
#include <functional>
#include <memory>
#include <vector>

namespace mnemo {

/// How ROME looks for its value. The defaults are those of both models in the paper (METHODS.md §4.1).
struct RomeHyperParams {
    int steps = 20;  ///< forward passes; one update fewer
    double learningRate = 0.5;
    double weightDecay = 0.5;
    double klFactor = 0.0625;
    double clampNorm = 3;    ///< ‖δ‖ ≤ clampNorm · ‖v0‖; 0: no bound
    double stopLoss = 0.05;  ///< the search ends below this loss
    double stopAnswer = 0;   ///< the authors': it also ends after 12 steps above this probability; 0: never
    static constexpr int stopAnswerAfter = 12;
};

/// What a value is sought for: which state is to say what.
struct RomeSearch {
    EditableMatrix matrix;
    int layer = 0;
    std::vector<FilledPrompt> rewrites;  ///< one per context template, the bare prompt first
    FilledPrompt essence;                ///< "{subject} is a": what else the subject is must not change
    std::vector<int> target;             ///< tokens of the new object
};

/// One forward pass of the search.
struct RomeStep {
    double nll = 0;    ///< nats: mean over rewrites of −(1/m) Σ log p(target token)
    double kl = 0;     ///< klFactor · KL(now ‖ before) at the subject's last token of the essence prompt
    double decay = 0;  ///< weightDecay · ‖δ‖ / ‖v0‖²
    double p = 0;      ///< mean over rewrites of the target's probability, per token
    double norm = 0;   ///< ‖δ‖

    double loss() const { return nll + kl + decay; }
};

struct RomeValue {
    at::Tensor v0_O;     ///< y at the subject's last token of the bare prompt
    at::Tensor value_O;  ///< v* = v0 + δ
    std::vector<RomeStep> steps;
    bool clamped = false;  ///< the last update met the bound
};

/// The loss of one δ, and its gradient when δ requires one. What δ does not change is computed once, and with it what
/// else an edit needs of the prompts.
class RomeLoss
{
public:
    /// @throws Failure as RepeatedPlan; Cancelled
    RomeLoss(const RomeSearch& search, const RomeHyperParams& hyper, const ExperimentContext& context,
             Reporter& reporter);

    const at::Tensor& v0_O() const { return m_v0_O; }
    at::Tensor inputs_NI() const;  ///< the matrix's input at the subject's last token of each rewrite, double, host

    /// @return the loss; `step` receives its parts
    at::Tensor operator()(const at::Tensor& delta_O, RomeStep& step, Reporter& reporter) const;

private:
    Plan plan();
    RunId addRow(Plan& plan, const FilledPrompt& row, const std::vector<int>& target, int from, int readouts);

    const RomeSearch m_search;
    std::shared_ptr<const HostTensor> m_added;  ///< δ's place in the plan
    std::vector<int> m_inputs, m_logits;        ///< readouts: of each rewrite; of each token of each row
    int m_v0 = 0, m_before = 0;
    RepeatedPlan m_plan;
    at::Tensor m_v0_O;
    double m_klFactor;
    double m_decayFactor;   ///< weightDecay / ‖v0‖²
    at::Tensor m_target_R;  ///< the target's tokens, once per rewrite
    at::Tensor m_before_V;  ///< log p behind the essence prompt's subject without δ
};

/// v*: what the matrix would have to give at the subject's last token for the model to say the target (METHODS.md §4.4;
/// Meng et al. 2022, Eq. 4). Adam on δ alone, all prompts in one packed pass per step.
/// @param onStep hears of each step as it is made
/// @throws Failure CheckFailed when a loss is no number; as RepeatedPlan; Cancelled
RomeValue searchValue(const RomeLoss& loss, const RomeHyperParams& hyper, Reporter& reporter,
                      const std::function<void(const RomeStep&)>& onStep);

}  // namespace mnemo
