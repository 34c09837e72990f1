// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/rome_value.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/data/error.h"
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

std::shared_ptr<const HostTensor> zerosFor(const LanguageModel& model, SiteKind site)
{
    const int width = siteWidth(model, site);
    return std::make_shared<const HostTensor>(HostTensor{{width}, std::vector<float>(std::size_t(width), 0.0f)});
}

/// What a block adds to the residual stream may as well be added behind it, and its layer need not be computed again.
Site addedAt(const RomeSearch& search)
{
    const SiteKind output = search.matrix.output;
    const bool isAdded = output == SiteKind::O || output == SiteKind::Mlp;
    return {isAdded ? SiteKind::H : output, search.layer, {}};
}

Readout logitsAt(RunId run, int position)
{
    Readout readout;
    readout.run = run;
    readout.position = position;
    return readout;
}

/// Of logits [V] or [R, V], in no smaller type than float.
at::Tensor logProbabilities(const at::Tensor& logits)
{
    return at::log_softmax(logits.scalar_type() == at::kDouble ? logits : logits.to(at::kFloat), -1);
}

}  // namespace

RomeLoss::RomeLoss(const RomeSearch& search, const RomeHyperParams& hyper, const ExperimentContext& context,
                   Reporter& reporter)
    : m_search(search),
      m_added(zerosFor(*context.model.model, search.matrix.output)),
      m_plan(*context.model.model, context.edits, plan(), {m_added.get()}, reporter, runOptions(context)),
      m_v0_O(m_plan.known()[std::size_t(m_v0)].to(context.model.model->options())),
      m_klFactor(hyper.klFactor),
      m_decayFactor(hyper.weightDecay / m_v0_O.to(at::kDouble).square().sum().item<double>()),
      m_target_R(at::tensor(search.target, at::kLong)
                     .repeat({std::int64_t(search.rewrites.size())})
                     .to(context.model.model->options().device())),
      m_before_V(logProbabilities(m_plan.known()[std::size_t(m_before)]).to(at::kDouble))
{
}

/// Every prompt as it is, and once more with δ at the subject's last token.
Plan RomeLoss::plan()
{
    Plan plan;
    for (const FilledPrompt& row : m_search.rewrites) {
        const RunId bare = addRow(plan, row, m_search.target, row.last(), int(m_search.target.size()));
        const std::vector<int> last{row.subject.end - 1};
        m_inputs.push_back(readStates(plan, bare, {m_search.matrix.input, m_search.layer, {}}, last));
        if (m_inputs.size() == 1)
            m_v0 = readStates(plan, bare, {m_search.matrix.output, m_search.layer, {}}, last);
    }
    FilledPrompt essence = m_search.essence;
    essence.prompt.tokens.resize(std::size_t(essence.subject.end));  // what stands behind it is never looked at
    m_before = plan.read(logitsAt(addRow(plan, essence, {}, essence.last(), 1), essence.last()));
    return plan;
}

/// A prompt, the target's tokens but the last behind it, and the logits of `readouts` positions with δ.
/// @return the run without δ
RunId RomeLoss::addRow(Plan& plan, const FilledPrompt& row, const std::vector<int>& target, int from, int readouts)
{
    std::vector<int> ids = row.ids();
    if (!target.empty())
        ids.insert(ids.end(), target.begin(), target.end() - 1);
    const Patch add{addedAt(m_search), {row.subject.end - 1}, AddTo{m_added}};
    const RunId bare = plan.addRun(std::move(ids));
    const RunId moved = plan.addRun(bare, {add});
    for (int i = 0; i < readouts; ++i)
        m_logits.push_back(plan.read(logitsAt(moved, from + i)));
    return bare;
}

at::Tensor RomeLoss::inputs_NI() const
{
    std::vector<at::Tensor> inputs;
    for (const int readout : m_inputs)
        inputs.push_back(m_plan.known()[std::size_t(readout)].to(at::kCPU, at::kDouble));
    return at::stack(inputs);
}

at::Tensor RomeLoss::operator()(const at::Tensor& delta_O, RomeStep& step, Reporter& reporter) const
{
    const std::vector<at::Tensor> readouts = m_plan.run({{m_added.get(), delta_O}}, reporter);
    std::vector<at::Tensor> logits;
    for (const int readout : m_logits)
        logits.push_back(readouts[std::size_t(readout)]);
    const at::Tensor logp_RV = logProbabilities(at::stack(logits));
    const auto m = std::int64_t(m_search.target.size()), rows = std::int64_t(m_search.rewrites.size());
    const at::Tensor said_N = logp_RV.narrow(0, 0, rows * m)
                                  .gather(1, m_target_R.unsqueeze(1))
                                  .to(at::kCPU, at::kDouble)
                                  .view({rows, m})
                                  .mean(1);
    const at::Tensor nll = -said_N.mean();
    const at::Tensor now_V = logp_RV[rows * m].to(at::kDouble);
    const at::Tensor kl = (now_V.exp() * (now_V - m_before_V)).sum().to(at::kCPU) * m_klFactor;
    const at::Tensor norm = delta_O.to(at::kDouble).norm().to(at::kCPU);
    const at::Tensor decay = norm * m_decayFactor;
    step.nll = nll.item<double>();
    step.kl = kl.item<double>();
    step.decay = decay.item<double>();
    step.p = said_N.exp().mean().item<double>();
    step.norm = norm.item<double>();
    return nll + kl + decay;
}

RomeValue searchValue(const RomeLoss& loss, const RomeHyperParams& hyper, Reporter& reporter,
                      const std::function<void(const RomeStep&)>& onStep)
{
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
