// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/trainer/optimizer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace mnemo {
namespace {

constexpr double epsilon = 1e-8;       // of AdamW
constexpr double muonMomentum = 0.95;  // Jordan et al. 2024

double rateAt(const TrainingSteps& how, int step)
{
    const double up = std::min(1.0, double(step + 1) / std::max(1, how.warmUp));
    return how.learningRate * up * (1 - double(step) / how.steps);
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

}  // namespace

at::Tensor orthogonalised(const at::Tensor& x_BMN)
{
    if (x_BMN.size(1) > x_BMN.size(2))
        return orthogonalised(x_BMN.transpose(1, 2).contiguous()).transpose(1, 2);
    at::Tensor y = x_BMN / (at::linalg_vector_norm(x_BMN, 2, {1, 2}, true) + 1e-7);
    for (int step = 0; step < 5; ++step) {  // y ← a·y + b·(yyᵀ)y + c·(yyᵀ)²y
        const at::Tensor square = at::bmm(y, y.transpose(1, 2));
        y = at::baddbmm(y, at::baddbmm(square, square, square, -4.7750, 2.0315), y, 3.4445, 1);
    }
    return y;
}

Optimizer::Optimizer(const TrainingSteps& how, const std::vector<Parameter>& parameters, at::ScalarType dtype)
    : m_how(how), m_parameters(parameters), m_dtype(dtype)
{
    for (const Parameter& parameter : parameters) {
        const bool isMuon = parameter.kind == ParameterKind::Matrix;
        const at::Tensor zero = at::zeros_like(parameter.value.detach());
        m_moments.push_back({zero, isMuon ? at::Tensor() : at::zeros_like(zero)});
    }
}

void Optimizer::update(int step)
{
    const at::NoGradGuard noGrad;
    std::vector<at::Tensor> gradients;
    for (const Parameter& parameter : m_parameters) {
        at::Tensor gradient = parameter.value.grad();
        gradients.push_back(parameter.mask.defined() ? gradient.mul_(parameter.mask) : gradient);
    }
    clip(gradients, m_how.clip);
    const double rate = rateAt(m_how, step);
    for (const ParameterKind kind : {ParameterKind::Embedding, ParameterKind::Matrix, ParameterKind::Vector})
        adamW(gradients, kind, step, rate);
    muon(gradients, rate);
    for (const Parameter& parameter : m_parameters)
        parameter.value.mutable_grad().reset();
}

void Optimizer::adamW(const std::vector<at::Tensor>& gradients, ParameterKind kind, int step, double rate)
{
    std::vector<at::Tensor> values, grads, means, squares, steps;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        if (m_parameters[i].kind != kind || !m_moments[i].square.defined())
            continue;
        values.push_back(m_parameters[i].value.detach());
        grads.push_back(gradients[i]);
        means.push_back(m_moments[i].mean);
        squares.push_back(m_moments[i].square);
        steps.push_back(at::scalar_tensor(step + 1, at::kFloat));
    }
    if (values.empty())
        return;
    at::_fused_adamw_(values, grads, means, squares, {}, steps, rate, m_how.beta1, m_how.beta2,
                      kind == ParameterKind::Vector ? 0 : m_how.weightDecay, epsilon, false, false);
}

/// Matrices of one shape together: many small products take longer than a few of many.
void Optimizer::muon(const std::vector<at::Tensor>& gradients, double rate)
{
    std::map<std::vector<std::int64_t>, std::vector<std::size_t>> byShape;
    for (std::size_t i = 0; i < m_parameters.size(); ++i)
        if (!m_moments[i].square.defined())
            byShape[gradients[i].sizes().vec()].push_back(i);
    for (const auto& [shape, indices] : byShape) {
        std::vector<at::Tensor> ahead;
        for (const std::size_t i : indices) {
            m_moments[i].mean.lerp_(gradients[i], 1 - muonMomentum);
            ahead.push_back(gradients[i].lerp(m_moments[i].mean, muonMomentum).to(m_dtype));  // Nesterov's
        }
        const at::Tensor changes_BMN = orthogonalised(at::stack(ahead)).to(at::kFloat);
        const double length = 0.2 * std::sqrt(double(std::max(shape[0], shape[1])));
        for (std::size_t k = 0; k < indices.size(); ++k) {
            const Parameter& parameter = m_parameters[indices[k]];
            at::Tensor change = changes_BMN[std::int64_t(k)], value = parameter.value.detach();
            if (parameter.mask.defined())
                change = change * parameter.mask;
            value.mul_(1 - rate * m_how.weightDecay).sub_(change, rate * length);
        }
    }
}

}  // namespace mnemo
