// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_models.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "models/table.h"

namespace mnemo::test {
namespace {

class Drawer
{
public:
    explicit Drawer(std::uint64_t seed) : m_generator(at::detail::createCPUGenerator(seed)) {}

    at::Tensor normal(std::vector<std::int64_t> shape, double mean, double sigma)
    {
        // Rounded to float, so that float and double models hold the same numbers.
        return (at::randn(shape, m_generator, at::kDouble) * sigma + mean).to(at::kFloat).to(at::kDouble);
    }

private:
    at::Generator m_generator;
};

ModelConfig commonConfig(int layers, int scale)
{
    ModelConfig config;
    config.vocabSize = 48 * scale;
    config.hiddenSize = 12 * scale;
    config.layers = layers;
    return config;
}

std::unique_ptr<LanguageModel> buildFrom(const TinyModel& model, at::ScalarType dtype, at::Device device)
{
    Weights weights = weightsFrom(model.tensors, dtype, device);
    for (const Architecture& architecture : builtInArchitectures())
        if (architecture.modelType == model.config.modelType)
            return architecture.build(model.config, weights);
    return nullptr;
}

}  // namespace

std::unique_ptr<LanguageModel> TinyModel::build(at::ScalarType dtype, at::Device device) const
{
    return buildFrom(*this, dtype, device);
}

TinyModel tinyMambaWeights(std::uint64_t seed, int layers, int scale)
{
    TinyModel model{commonConfig(layers, scale), {}};
    ModelConfig& c = model.config;
    c.modelType = "mamba";
    c.innerSize = 24 * scale;
    c.stateSize = 5;
    c.timeStepRank = 3 * scale;
    Drawer draw(seed);
    const std::int64_t D = c.hiddenSize, E = c.innerSize, N = c.stateSize, R = c.timeStepRank;
    model.tensors["backbone.embeddings.weight"] = draw.normal({c.vocabSize, D}, 0, 0.5);
    model.tensors["backbone.norm_f.weight"] = draw.normal({D}, 1, 0.2);
    for (int layer = 0; layer < layers; ++layer) {
        const std::string prefix = "backbone.layers." + std::to_string(layer) + ".";
        const std::string mixer = prefix + "mixer.";
        model.tensors[prefix + "norm.weight"] = draw.normal({D}, 1, 0.2);
        model.tensors[mixer + "in_proj.weight"] = draw.normal({2 * E, D}, 0, 0.3);
        model.tensors[mixer + "conv1d.weight"] = draw.normal({E, 1, 4}, 0, 0.4);
        model.tensors[mixer + "conv1d.bias"] = draw.normal({E}, 0, 0.1);
        model.tensors[mixer + "x_proj.weight"] = draw.normal({R + 2 * N, E}, 0, 0.4);
        model.tensors[mixer + "dt_proj.weight"] = draw.normal({E, R}, 0, 0.3);
        model.tensors[mixer + "dt_proj.bias"] = draw.normal({E}, -0.5, 0.5);
        model.tensors[mixer + "A_log"] = draw.normal({E, N}, 0, 0.7);
        model.tensors[mixer + "D"] = draw.normal({E}, 1, 0.3);
        model.tensors[mixer + "out_proj.weight"] = draw.normal({D, E}, 0, 0.3);
    }
    return model;
}

TinyModel tinyNeoxWeights(std::uint64_t seed, int layers, int scale)
{
    TinyModel model{commonConfig(layers, scale), {}};
    ModelConfig& c = model.config;
    c.modelType = "gpt_neox";
    c.heads = 2;
    c.intermediateSize = 20 * scale;
    c.maxPositions = 32 * scale;
    c.rotaryDims = 2;
    c.tiedEmbeddings = false;
    Drawer draw(seed);
    const std::int64_t D = c.hiddenSize, M = c.intermediateSize;
    const auto norm = [&](const std::string& name) {
        model.tensors[name + ".weight"] = draw.normal({D}, 1, 0.2);
        model.tensors[name + ".bias"] = draw.normal({D}, 0, 0.2);
    };
    const auto linear = [&](const std::string& name, std::int64_t out, std::int64_t in) {
        model.tensors[name + ".weight"] = draw.normal({out, in}, 0, 0.3);
        model.tensors[name + ".bias"] = draw.normal({out}, 0, 0.1);
    };
    model.tensors["gpt_neox.embed_in.weight"] = draw.normal({c.vocabSize, D}, 0, 0.5);
    model.tensors["embed_out.weight"] = draw.normal({c.vocabSize, D}, 0, 0.4);
    norm("gpt_neox.final_layer_norm");
    for (int layer = 0; layer < layers; ++layer) {
        const std::string prefix = "gpt_neox.layers." + std::to_string(layer) + ".";
        norm(prefix + "input_layernorm");
        norm(prefix + "post_attention_layernorm");
        linear(prefix + "attention.query_key_value", 3 * D, D);
        linear(prefix + "attention.dense", D, D);
        linear(prefix + "mlp.dense_h_to_4h", M, D);
        linear(prefix + "mlp.dense_4h_to_h", D, M);
    }
    return model;
}

std::shared_ptr<LanguageModel> tinyMamba(std::uint64_t seed, at::ScalarType dtype)
{
    return tinyMambaWeights(seed).build(dtype);
}

std::shared_ptr<LanguageModel> tinyNeox(std::uint64_t seed, at::ScalarType dtype)
{
    return tinyNeoxWeights(seed).build(dtype);
}

}  // namespace mnemo::test
