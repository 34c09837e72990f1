// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cstring>

#include "core/data/error.h"
#include "core/engine/device.h"
#include "core/engine/free_memory.h"
#include "core/engine/weights.h"
#include "core/io/catalog.h"
#include "core/io/model_config.h"
#include "core/io/weight_files.h"
#include "models/memory_need.h"
#include "models/table.h"

namespace mnemo {
namespace {

at::ScalarType scalarType(const TensorView& tensor)
{
    switch (tensor.dtype) {
        case Dtype::F32:
            return at::kFloat;
        case Dtype::BF16:
            return at::kBFloat16;
        case Dtype::F16:
            return at::kHalf;
        case Dtype::F64:
            return at::kDouble;
        default:
            throw Failure(ErrorCode::UnsupportedModel,
                          "The tensor " + tensor.name + " has the type " + std::string(dtypeName(tensor.dtype)) + ".",
                          "Use weights in F32, F16, BF16 or F64.");
    }
}

/// The bytes of the mapped file as they lie there; copied where they are not aligned, which the format allows.
at::Tensor toTensor(const std::shared_ptr<const WeightFiles>& files, const TensorView& view)
{
    const at::ScalarType type = scalarType(view);
    if (reinterpret_cast<std::uintptr_t>(view.bytes.data()) % at::elementSize(type) == 0)
        return at::from_blob(
            const_cast<std::byte*>(view.bytes.data()), view.shape, [files](void*) {}, type);
    at::Tensor tensor = at::empty(view.shape, type);
    std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
    return tensor;
}

Weights weightsOf(const std::shared_ptr<const WeightFiles>& files, const LoadOptions& options, Reporter& reporter)
{
    Weights weights;
    weights.dtype = dtypeFromText(options.dtype);
    weights.device = openDevice(options.device);
    weights.has = [files](const std::string& name) { return files->find(name) != nullptr; };
    weights.read = [files](const std::string& name) { return toTensor(files, files->get(name)); };
    const auto total = std::int64_t(files->names().size());
    weights.taken = [&reporter, total, done = std::int64_t(0)]() mutable {
        reporter.progress(++done, total, "tensors");
        reporter.checkStop();
    };
    return weights;
}

std::unique_ptr<LanguageModel> build(const Architecture& architecture, const ModelConfig& config, Weights& weights)
try {
    return architecture.build(config, weights);
} catch (const c10::OutOfMemoryError& error) {
    throw Failure(ErrorCode::OutOfMemory, "The model does not fit on the device.",
                  "Choose --device cpu, --dtype bf16, or a smaller model.");
} catch (const std::bad_alloc&) {
    throw Failure(ErrorCode::OutOfMemory, "The model does not fit into memory.",
                  "Choose --dtype bf16, or a smaller model.");
}

std::string mebibytes(std::int64_t bytes)
{
    return std::to_string(bytes >> 20) + " MiB";
}

/// Better said at once than after a minute of reading. @throws Failure OutOfMemory
void checkRoom(std::int64_t needed, std::int64_t free)
{
    if (free > 0 && needed > free)
        throw Failure(ErrorCode::OutOfMemory,
                      "The weights need " + mebibytes(needed) + " of memory; " + mebibytes(free) + " are free.",
                      "Close other programs, choose bf16 weights (--dtype bf16), or a smaller model.");
}

}  // namespace

ModelConfig readConfigFor(const std::filesystem::path& folder, const std::vector<Architecture>& architectures)
{
    std::vector<std::string> types;
    for (const Architecture& architecture : architectures)
        types.push_back(architecture.modelType);
    return readModelConfig(folder, types);
}

const Architecture& architectureOf(const ModelConfig& config, const std::vector<Architecture>& architectures)
{
    for (const Architecture& architecture : architectures)
        if (architecture.modelType == config.modelType)
            return architecture;
    throw Failure(ErrorCode::UnsupportedModel, "Models of the type \"" + config.modelType + "\" are not implemented.",
                  "Use a Mamba-1 or GPT-NeoX (Pythia) checkpoint.");
}

LoadedModel loadCheckpoint(const std::filesystem::path& folder, const LoadOptions& options,
                           const std::vector<Architecture>& architectures, Reporter& reporter)
{
    const at::NoGradGuard noGrad;
    const ModelConfig config = readConfigFor(folder, architectures);
    const Architecture& architecture = architectureOf(config, architectures);
    const auto files = std::make_shared<const WeightFiles>(folder);
    Weights weights = weightsOf(files, options, reporter);
    checkRoom(memoryNeed(config, architecture, options.dtype).weights, freeMemory(weights.device));

    LoadedModel loaded;
    loaded.tokenizer = loadTokenizer(folder);
    loaded.model = build(architecture, config, weights);
    loaded.folder = folder;
    loaded.name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
    loaded.hash = "sha256:" + checkpointHash(folder);
    loaded.dtype = options.dtype;
    loaded.device = weights.device.is_cpu() ? "cpu" : "cuda:" + std::to_string(int(weights.device.index()));
    loaded.tf32 = usesTf32(weights.device, weights.dtype);
    if (loaded.tokenizer->size() > config.vocabSize)
        throw Failure(ErrorCode::Damaged,
                      "The tokenizer knows " + std::to_string(loaded.tokenizer->size()) + " tokens, the model " +
                          std::to_string(config.vocabSize) + ".",
                      "Put the tokenizer of this checkpoint into its folder.");
    return loaded;
}

}  // namespace mnemo
