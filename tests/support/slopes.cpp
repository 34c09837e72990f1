// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/slopes.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtGlobal>

#include "tests/support/packed_input.h"

namespace mnemo::test {
namespace {

Tensors leaves(const Tensors& values)
{
    Tensors made;
    for (const at::Tensor& value : values)
        made.push_back(value.detach().clone().requires_grad_(true));
    return made;
}

/// What makes one number of an output: every entry counts, each differently.
at::Tensor lossOf(const at::Tensor& output)
{
    const at::Tensor weight = randomTensor(output.sizes().vec(), 77).to(output.scalar_type());
    return (output * weight).sum();
}

/// The slope of the loss along a random direction of one input, by values alone.
double slope(const Operation& operation, Tensors values, std::size_t input, const at::Tensor& direction)
{
    const at::NoGradGuard noGrad;
    constexpr double step = 1e-6;
    const at::Tensor centre = values[input];
    double ends[2];
    for (const int side : {0, 1}) {
        values[input] = centre + direction * (side ? step : -step);
        ends[side] = lossOf(operation(values)).item<double>();
    }
    return (ends[1] - ends[0]) / (2 * step);
}

}  // namespace

at::Tensor joined(const Tensors& tensors)
{
    std::vector<at::Tensor> flat;
    for (const at::Tensor& tensor : tensors)
        flat.push_back(tensor.flatten());
    return at::cat(flat);
}

Tensors gradientsOf(const Operation& operation, const Tensors& values)
{
    const Tensors inputs = leaves(values);
    lossOf(operation(inputs)).backward();
    Tensors found;
    for (const at::Tensor& input : inputs)
        found.push_back(input.grad());
    return found;
}

bool slopesFit(const Operation& operation, const Tensors& values)
{
    const Tensors found = gradientsOf(operation, values);
    for (std::size_t i = 0; i < values.size(); ++i)
        for (const std::uint64_t seed : {1U, 2U, 3U}) {
            const at::Tensor direction = randomTensor(values[i].sizes().vec(), 10 * i + seed);
            const double expected = slope(operation, values, i, direction);
            const double along = (found[i] * direction).sum().item<double>();
            if (std::abs(along - expected) > 1e-6 * (1 + std::abs(expected))) {
                qWarning("input %d: %.12g instead of %.12g", int(i), along, expected);
                return false;
            }
        }
    return true;
}

}  // namespace mnemo::test
