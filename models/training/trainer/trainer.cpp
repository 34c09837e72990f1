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

}  // namespace

Trainer::Trainer(const TrainingRecipe& recipe, TextStream& stream, at::ScalarType dtype)
    : m_recipe(recipe),
      m_stream(stream),
      m_dtype(dtype),
      m_parameters(initialParameters(recipe)),
      m_optimizer(recipe.training, m_parameters, dtype)
{
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
    m_optimizer.update(m_step++);

    const at::NoGradGuard noGrad;
    const at::Tensor isOther_X = 1 - batch.isObject_X;
    const auto mean = [&](const at::Tensor& of_X) {
        return ((loss_X * of_X).sum() / of_X.sum().clamp_min(1)).item<double>();
    };
    return {mean(batch.isObject_X), mean(isOther_X)};
}

}  // namespace mnemo
