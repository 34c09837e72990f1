// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/weights.h"

#include <ATen/ATen.h>

#include "core/data/error.h"

namespace mnemo {
namespace {

std::string shapeText(at::IntArrayRef shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

constexpr auto replaceFile = "Fetch the checkpoint again, or compare config.json with the weights.";

at::Tensor checked(const Weights& weights, const std::string& name, const std::vector<std::int64_t>& shape)
{
    if (!weights.has(name))
        throw Failure(ErrorCode::Damaged, "The tensor " + name + " is missing.", replaceFile);
    at::Tensor tensor = weights.read(name);
    if (tensor.sizes() != at::IntArrayRef(shape))
        throw Failure(ErrorCode::Damaged,
                      "The tensor " + name + " has the shape " + shapeText(tensor.sizes()) + "; config.json asks for " +
                          shapeText(shape) + ".",
                      replaceFile);
    return tensor;
}

}  // namespace

Matrix Weights::matrix(const std::string& name, std::vector<std::int64_t> shape)
{
    return split(name, std::move(shape), 1).front();
}

std::vector<Matrix> Weights::split(const std::string& name, std::vector<std::int64_t> shape, int parts)
{
    const at::Tensor all = checked(*this, name, shape);
    std::vector<Matrix> matrices;
    for (const at::Tensor& part : all.chunk(parts))
        matrices.emplace_back(part, dtype, device);
    taken();
    return matrices;
}

at::Tensor Weights::lookup(const std::string& name, std::vector<std::int64_t> shape)
{
    at::Tensor tensor = checked(*this, name, shape);
    if (!device.is_cpu())
        tensor = tensor.to(device, dtype);
    taken();
    return tensor;
}

at::Tensor Weights::small(const std::string& name, std::vector<std::int64_t> shape)
{
    at::Tensor tensor = checked(*this, name, shape).to(at::TensorOptions(device).dtype(smallType()), false, true);
    taken();
    return tensor;
}

std::string Weights::choose(std::initializer_list<std::string> names) const
{
    std::string all;
    for (const std::string& name : names) {
        if (has(name))
            return name;
        all += (all.empty() ? "" : " or ") + name;
    }
    throw Failure(ErrorCode::Damaged, "The tensor " + all + " is missing.", replaceFile);
}

Weights weightsFrom(const NamedTensors& tensors, at::ScalarType dtype, at::Device device)
{
    Weights weights;
    weights.has = [&tensors](const std::string& name) { return tensors.contains(name); };
    weights.read = [&tensors](const std::string& name) { return tensors.at(name); };
    weights.dtype = dtype;
    weights.device = device;
    return weights;
}

}  // namespace mnemo
