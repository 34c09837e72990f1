// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: B rows of a batch, T tokens of a row, X = B·T, V vocabulary.
#include "models/training/trainer/trainer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "core/data/error.h"
#include "core/engine/plain_pass.h"
#include "core/io/safetensors.h"
#include "models/table.h"

namespace mnemo {
namespace {

constexpr double epsilon = 1e-8;  // of AdamW

/// Ids and weights with one token more per row than is read: each token's answer is the next one.
struct Batch {
    at::Tensor ids_X, next_X, isObject_X;
};

Batch nextBatch(TextStream& stream, const TrainingSteps& how)
{
    TextBatch text = stream.batch(how.rows, how.length);
    const std::vector<std::int64_t> shape{how.rows, how.length + 1};
    const at::Tensor ids_BT = at::from_blob(text.ids.data(), shape, at::kLong);
    const at::Tensor weights_BT = at::from_blob(text.weights.data(), shape, at::kFloat);
    const auto cut = [&](const at::Tensor& x, int from) {
        return x.narrow(1, from, how.length).clone(at::MemoryFormat::Contiguous).view({-1});
    };
    return {cut(ids_BT, 0), cut(ids_BT, 1), cut(weights_BT, 1)};
}

/// Scales all gradients together so that their norm is `most` at most.
void clip(const std::vector<at::Tensor>& gradients, double most)
{
    double sum = 0;
    for (const at::Tensor& gradient : gradients)
        sum += gradient.square().sum().item<double>();
    const double norm = std::sqrt(sum);
    if (norm > most)
        for (const at::Tensor& gradient : gradients)
            gradient.mul_(most / norm);
}

double rateAt(const TrainingSteps& how, int step)
{
    const double up = std::min(1.0, double(step + 1) / std::max(1, how.warmUp));
    return how.learningRate * up * (1 - double(step) / how.steps);
}

}  // namespace

Trainer::Trainer(const TrainingRecipe& recipe, TextStream& stream, at::ScalarType dtype)
    : m_recipe(recipe), m_stream(stream), m_dtype(dtype), m_parameters(initialParameters(recipe))
{
    for (const Parameter& parameter : m_parameters) {
        m_mean.push_back(at::zeros_like(parameter.value.detach()));
        m_square.push_back(at::zeros_like(parameter.value.detach()));
    }
}

StepLoss Trainer::learn()
{
    const TrainingSteps& how = m_recipe.training;
    const Batch batch = nextBatch(m_stream, how);
    const NamedTensors tensors = byName(m_parameters);
    Weights weights = weightsFrom(tensors, m_dtype);
    static const std::vector<Architecture> architectures = builtInArchitectures();
    const auto model = architectureOf(m_recipe.model, architectures).build(m_recipe.model, weights);

    const at::Tensor logits_XV = plainLogits(*model, batch.ids_X, std::vector<int>(std::size_t(how.rows), how.length));
    const at::Tensor loss_X = at::cross_entropy_loss(logits_XV, batch.next_X, {}, at::Reduction::None);
    const at::Tensor weight_X = batch.isObject_X + (1 - batch.isObject_X) * how.otherWeight;
    const at::Tensor loss = (loss_X * weight_X).sum() / weight_X.sum();
    loss.backward();
    update();

    const at::NoGradGuard noGrad;
    const at::Tensor isOther_X = 1 - batch.isObject_X;
    const auto mean = [&](const at::Tensor& of_X) {
        return ((loss_X * of_X).sum() / of_X.sum().clamp_min(1)).item<double>();
    };
    return {mean(batch.isObject_X), mean(isOther_X)};
}

void Trainer::update()
{
    const at::NoGradGuard noGrad;
    const TrainingSteps& how = m_recipe.training;
    std::vector<at::Tensor> gradients;
    for (const Parameter& parameter : m_parameters) {
        at::Tensor gradient = parameter.value.grad();
        gradients.push_back(parameter.mask.defined() ? gradient.mul_(parameter.mask) : gradient);
    }
    clip(gradients, how.clip);
    const double rate = rateAt(how, m_step);
    ++m_step;
    for (const bool decays : {true, false}) {
        std::vector<at::Tensor> values, grads, means, squares, steps;
        for (std::size_t i = 0; i < m_parameters.size(); ++i) {
            if (m_parameters[i].decays != decays)
                continue;
            values.push_back(m_parameters[i].value.detach());
            grads.push_back(gradients[i]);
            means.push_back(m_mean[i]);
            squares.push_back(m_square[i]);
            steps.push_back(at::scalar_tensor(m_step, at::kFloat));
        }
        at::_fused_adamw_(values, grads, means, squares, {}, steps, rate, how.beta1, how.beta2,
                          decays ? how.weightDecay : 0, epsilon, false, false);
    }
    for (const Parameter& parameter : m_parameters)
        parameter.value.mutable_grad().reset();
}

}  // namespace mnemo
