// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/jacobian_cache.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>

#include "core/data/error.h"
#include "core/experiments/texts.h"
#include "core/io/paths.h"
#include "core/io/safetensors.h"
#include "core/io/sha256.h"

namespace mnemo {
namespace {

namespace fs = std::filesystem;

fs::path folder()
{
    return cacheDir() / "jacobians";
}

std::span<const std::byte> bytesOf(const at::Tensor& floats)
{
    return std::as_bytes(std::span(floats.const_data_ptr<float>(), std::size_t(floats.numel())));
}

at::Tensor onHost(const at::Tensor& tensor)
{
    return tensor.to(at::kCPU, at::kFloat).contiguous();
}

std::string checksum(std::span<const std::byte> J, std::span<const std::byte> h, std::span<const std::byte> z)
{
    Sha256 hash;
    for (const std::span<const std::byte> part : {J, h, z})
        hash.add(part);
    return hash.hex();
}

}  // namespace

JacobianCache::JacobianCache(const ExperimentContext& context, std::int64_t bytes)
    : m_context(context),
      m_bytes(bytes),
      // A double model's would be rounded.
      m_keeps(bytes > 0 && mayBeKept(context) && context.model.model->options().dtype() != at::kDouble)
{
}

fs::path JacobianCache::fileOf(const JacobianRequest& request, int layer) const
{
    const std::string what = "jacobian " + std::to_string(request.position) + " " + std::to_string(layer);
    return folder() / (hashOfTexts(m_context, what, {request.ids}) + ".safetensors");
}

bool JacobianCache::read(const fs::path& file, StateJacobian& jacobian, Reporter& reporter) const
try {
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        return false;
    const SafetensorsFile kept(file);
    const std::int64_t width = m_context.model.model->info().dModel;
    const auto find = [&](const char* name, const std::vector<std::int64_t>& shape) {
        const TensorView* const view = kept.find(name);
        if (!view || view->dtype != Dtype::F32 || view->shape != shape)
            throw Failure(ErrorCode::Damaged, std::string("it has no ") + name, {});
        return view;
    };
    const TensorView *const J = find("J", {width, width}), *const h = find("h", {width}), *const z = find("z", {width});
    const auto said = kept.metadata().find("sha256");
    if (said == kept.metadata().end() || said->second != checksum(J->bytes, h->bytes, z->bytes))
        throw Failure(ErrorCode::Damaged, "its numbers are not those that were written", {});
    const auto tensor = [&](const TensorView& view) {
        return at::tensor(toFloats(view), at::kFloat).view(view.shape).to(m_context.model.model->options().device());
    };
    jacobian.J_DD = tensor(*J);
    jacobian.h_D = tensor(*h).to(m_context.model.model->options());
    jacobian.z_D = tensor(*z).to(m_context.model.model->options());
    fs::last_write_time(file, fs::file_time_type::clock::now(), ignored);  // used
    return true;
} catch (const Failure& failure) {
    reporter.note("A kept Jacobian is damaged (" + failure.error().message + ") and is computed again.");
    return false;
}

void JacobianCache::write(const fs::path& file, const StateJacobian& jacobian, Reporter& reporter)
try {
    const at::Tensor J = onHost(jacobian.J_DD), h = onHost(jacobian.h_D), z = onHost(jacobian.z_D);
    std::error_code ignored;
    fs::create_directories(folder(), ignored);
    writeSafetensors(file,
                     {{"J", Dtype::F32, {J.size(0), J.size(1)}, bytesOf(J)},
                      {"h", Dtype::F32, {h.size(0)}, bytesOf(h)},
                      {"z", Dtype::F32, {z.size(0)}, bytesOf(z)}},
                     {{"format", "mnemo.jacobian"},
                      {"model", m_context.model.hash},
                      {"dtype", m_context.model.dtype},
                      {"layer", std::to_string(jacobian.layer)},
                      {"sha256", checksum(bytesOf(J), bytesOf(h), bytesOf(z))}});
} catch (const Failure& failure) {
    m_keeps = false;  // and said once
    reporter.note("Jacobians are not kept for later: " + failure.error().message);
}

std::vector<StateJacobian> JacobianCache::get(const JacobianRequest& request, Reporter& reporter)
{
    std::vector<StateJacobian> found;
    JacobianRequest missing = request;
    missing.layers.clear();
    for (const int layer : request.layers) {
        StateJacobian& jacobian = found.emplace_back(StateJacobian{layer, {}, {}, {}});
        if (!m_keeps || !read(fileOf(request, layer), jacobian, reporter))
            missing.layers.push_back(layer);
    }
    for (StateJacobian& jacobian : stateJacobians(m_context, missing, reporter)) {
        ++m_computed;
        if (m_keeps)
            write(fileOf(request, jacobian.layer), jacobian, reporter);
        *std::ranges::find(found, jacobian.layer, &StateJacobian::layer) = std::move(jacobian);
    }
    return found;
}

void JacobianCache::trim() const
{
    if (m_bytes <= 0)
        return;  // what others keep is theirs
    struct Kept {
        fs::file_time_type used;
        fs::path file;
        std::int64_t bytes = 0;
    };
    std::vector<Kept> all;
    std::int64_t sum = 0;
    std::error_code error;
    for (fs::directory_iterator at(folder(), error), end; !error && at != end; at.increment(error)) {
        Kept kept{at->last_write_time(error), at->path(), std::int64_t(at->file_size(error))};
        if (error || kept.file.extension() != ".safetensors")
            continue;
        sum += kept.bytes;
        all.push_back(std::move(kept));
    }
    std::ranges::sort(all, {}, &Kept::used);
    for (const Kept& kept : all) {
        if (sum <= m_bytes)
            break;
        fs::remove(kept.file, error);
        sum -= kept.bytes;
    }
}

}  // namespace mnemo
