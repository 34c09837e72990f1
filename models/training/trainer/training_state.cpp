// SPDX-License-Identifier: GPL-3.0-or-later
// A training run on disk, to go on from.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cstring>

#include "core/data/error.h"
#include "core/io/safetensors.h"
#include "models/training/trainer/trainer.h"

namespace mnemo {
namespace {

TensorView viewOf(const std::string& name, const at::Tensor& tensor)
{
    return {name, Dtype::F32, tensor.sizes().vec(), std::as_bytes(std::span(tensor.data_ptr<float>(), tensor.numel()))};
}

void readInto(const SafetensorsFile& file, const std::string& name, const at::Tensor& tensor)
{
    const TensorView* const found = file.find(name);
    if (!found || found->dtype != Dtype::F32 || at::IntArrayRef(found->shape) != tensor.sizes())
        throw Failure(ErrorCode::Damaged, "The state " + file.path().string() + " has no fitting " + name + ".",
                      "It belongs to another recipe: choose another folder, or remove it to begin anew.");
    std::memcpy(tensor.data_ptr<float>(), found->bytes.data(), found->bytes.size());
}

std::uint64_t number(const SafetensorsFile& file, const std::string& key)
{
    const auto found = file.metadata().find(key);
    if (found == file.metadata().end())
        throw Failure(ErrorCode::Damaged, "The state " + file.path().string() + " does not say its " + key + ".",
                      "Remove it to begin anew.");
    return std::stoull(found->second);
}

}  // namespace

void Trainer::save(const std::filesystem::path& file) const
{
    std::vector<TensorView> views;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        views.push_back(viewOf(m_parameters[i].name, m_parameters[i].value.detach()));
        const Optimizer::Moments& moments = m_optimizer.moments()[i];
        views.push_back(viewOf(m_parameters[i].name + ".mean", moments.mean));
        if (moments.square.defined())
            views.push_back(viewOf(m_parameters[i].name + ".square", moments.square));
    }
    writeSafetensors(file, std::move(views),
                     {{"step", std::to_string(m_step)}, {"text", std::to_string(m_stream.state())}});
}

void Trainer::restore(const std::filesystem::path& path)
{
    const at::NoGradGuard noGrad;
    const SafetensorsFile file(path);
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        readInto(file, m_parameters[i].name, m_parameters[i].value);
        const Optimizer::Moments& moments = m_optimizer.moments()[i];
        readInto(file, m_parameters[i].name + ".mean", moments.mean);
        if (moments.square.defined())
            readInto(file, m_parameters[i].name + ".square", moments.square);
    }
    m_step = int(number(file, "step"));
    m_stream.restore(number(file, "text"));
}

}  // namespace mnemo
