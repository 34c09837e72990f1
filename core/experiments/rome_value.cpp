// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/rome_value.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/data/error.h"
#include "core/engine/run_plan.h"
#include "core/engine/run_with_gradients.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

/// Adam with the usual constants (Kingma and Ba 2015), on one vector.
class Adam
{
public:
    Adam(double rate, const at::Tensor& like)
        : m_rate(rate), m_mean(at::zeros_like(like)), m_square(at::zeros_like(like))
    {
    }

    void update(at::Tensor& value, const at::Tensor& gradient)
    {
        constexpr double keepMean = 0.9, keepSquare = 0.999, least = 1e-8;
        ++m_step;
        m_mean = m_mean * keepMean + gradient * (1 - keepMean);
        m_square = m_square * keepSquare + gradient.square() * (1 - keepSquare);
        const at::Tensor mean = m_mean / (1 - std::pow(keepMean, m_step));
        const at::Tensor square = m_square / (1 - std::pow(keepSquare, m_step));
        value.sub_(mean / (square.sqrt() + least), m_rate);
    }

private:
    double m_rate;
    int m_step = 0;
    at::Tensor m_mean, m_square;
};

/// Shortened to the bound. @return whether it was longer
bool clampTo(at::Tensor& delta_O, double bound)
{
    const double norm = delta_O.norm().item<double>();
    if (bound <= 0 || norm <= bound)
        return false;
    delta_O.mul_(bound / norm);
    return true;
}

void checkNumber(const RomeStep& step, std::size_t index)
{
    if (!std::isfinite(step.loss()))
        throw Failure(ErrorCode::CheckFailed,
                      "The search for ROME's value left the numbers at step " + std::to_string(index) +
                          ": the loss is " + std::to_string(step.loss()) + ".",
                      "Lower the learning rate, or run in f32.");
}

}  // namespace

RomeLoss::RomeLoss(const RomeSearch& search, const RomeHyperParams& hyper, const ExperimentContext& context,
                   Reporter& reporter)
    : m_search(search), m_hyper(hyper), m_context(context)
{
    const LanguageModel& model = *context.model.model;
    const int width = siteWidth(model, search.matrix.output);
    m_added = std::make_shared<const HostTensor>(HostTensor{{width}, std::vector<float>(std::size_t(width), 0.0f)});
    for (const FilledPrompt& row : search.rewrites)
        addRow(row, search.target, row.last(), int(search.target.size()));
    addRow(search.essence, {}, search.essence.subject.end - 1, 1);

    Plan unchanged;
    const FilledPrompt& bare = search.rewrites.front();
    readStates(unchanged, unchanged.addRun(bare.ids()), {search.matrix.output, search.layer, {}},
               {bare.subject.end - 1});
    unchanged.read(logitsAt(unchanged.addRun(search.essence.ids()), search.essence.subject.end - 1));
    const PlanResult result = runPlan(model, context.edits, unchanged, reporter, runOptions(context));
    m_v0_O = at::tensor(result.values[0].state, at::kFloat).to(model.options());
    m_before_V =
        at::log_softmax(at::tensor(result.values[1].logits, at::kFloat).to(model.options().device(), at::kDouble), 0);
}

Readout RomeLoss::logitsAt(RunId run, int position) const
{
    Readout readout;
    readout.run = run;
    readout.position = position;
    readout.allLogits = true;
    return readout;
}

/// A prompt, the target's tokens but the last behind it, δ at the subject's last token, and the logits of `readouts`
/// positions.
void RomeLoss::addRow(const FilledPrompt& row, const std::vector<int>& target, int from, int readouts)
{
    std::vector<int> ids = row.ids();
    if (!target.empty())
        ids.insert(ids.end(), target.begin(), target.end() - 1);
    const Patch add{{m_search.matrix.output, m_search.layer, {}}, {row.subject.end - 1}, AddTo{m_added}};
    const RunId run = m_plan.addRun(std::move(ids), {add});
    for (int i = 0; i < readouts; ++i)
        m_plan.read(logitsAt(run, from + i));
}

at::Tensor RomeLoss::operator()(const at::Tensor& delta_O, RomeStep& step, Reporter& reporter)
{
    const std::vector<at::Tensor> logits =
        runWithGradients(*m_context.model.model, m_context.edits, m_plan, {{m_added.get(), delta_O}}, reporter);
    const auto logp = [&](std::size_t i) { return at::log_softmax(logits[i].to(at::kDouble), 0); };
    const std::size_t m = m_search.target.size();
    at::Tensor nll = at::zeros({}, at::kDouble);
    step.p = 0;
    for (std::size_t row = 0; row < m_search.rewrites.size(); ++row) {
        at::Tensor sum = at::zeros({}, nll.options());
        for (std::size_t j = 0; j < m; ++j)
            sum = sum + logp(row * m + j)[m_search.target[j]].to(at::kCPU);
        nll = nll - sum / double(m);
        step.p += std::exp(sum.item<double>() / double(m)) / double(m_search.rewrites.size());
    }
    nll = nll / double(m_search.rewrites.size());
    const at::Tensor now_V = logp(logits.size() - 1);
    const at::Tensor kl = (now_V.exp() * (now_V - m_before_V)).sum().to(at::kCPU) * m_hyper.klFactor;
    const at::Tensor norm = delta_O.to(at::kDouble).norm().to(at::kCPU);
    const at::Tensor decay = norm * (m_hyper.weightDecay / m_v0_O.to(at::kDouble).square().sum().item<double>());
    step.nll = nll.item<double>();
    step.kl = kl.item<double>();
    step.decay = decay.item<double>();
    step.norm = norm.item<double>();
    return nll + kl + decay;
}

RomeValue searchValue(const RomeSearch& search, const RomeHyperParams& hyper, const ExperimentContext& context,
                      Reporter& reporter, const std::function<void(const RomeStep&)>& onStep)
{
    RomeLoss loss(search, hyper, context, reporter);
    RomeValue value;
    value.v0_O = loss.v0_O();
    const double bound = hyper.clampNorm * value.v0_O.norm().item<double>();
    at::Tensor delta_O = at::zeros_like(value.v0_O);
    Adam adam(hyper.learningRate, delta_O);
    for (int i = 0;; ++i) {
        const at::Tensor learnt_O = delta_O.clone().set_requires_grad(true);
        RomeStep step;
        const at::Tensor total = loss(learnt_O, step, reporter);
        checkNumber(step, value.steps.size());
        value.steps.push_back(step);
        onStep(step);
        const bool says = hyper.stopAnswer > 0 && i > RomeHyperParams::stopAnswerAfter && step.p > hyper.stopAnswer;
        if (i == hyper.steps - 1 || step.loss() < hyper.stopLoss || says)
            break;
        total.backward();
        adam.update(delta_O, learnt_O.grad());
        value.clamped = clampTo(delta_O, bound);
    }
    value.value_O = value.v0_O + delta_O;
    return value;
}

}  // namespace mnemo
