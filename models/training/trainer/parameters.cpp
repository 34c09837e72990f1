// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: D d_model, E d_inner, N d_state, R dt_rank, K conv taps, M width of the MLP, V vocabulary.
#include "models/training/trainer/parameters.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

namespace mnemo {
namespace {

class Maker
{
public:
    explicit Maker(const TrainingRecipe& recipe)
        : m_recipe(recipe), m_config(recipe.model), m_random(at::detail::createCPUGenerator(recipe.seed))
    {
    }

    std::vector<Parameter> mamba()
    {
        const std::int64_t D = m_config.hiddenSize, V = m_config.vocabSize;
        matrix("backbone.embeddings.weight", {V, D}, 0.04, ParameterKind::Embedding);
        for (int layer = 0; layer < m_config.layers; ++layer)
            mambaBlock(layer);
        vector("backbone.norm_f.weight", at::ones({D}));
        return std::move(m_made);
    }

    std::vector<Parameter> gptNeox()
    {
        const std::int64_t D = m_config.hiddenSize, V = m_config.vocabSize;
        matrix("gpt_neox.embed_in.weight", {V, D}, 0.02, ParameterKind::Embedding);
        for (int layer = 0; layer < m_config.layers; ++layer)
            neoxBlock("gpt_neox.layers." + std::to_string(layer) + ".");
        norm("gpt_neox.final_layer_norm");
        matrix("embed_out.weight", {V, D}, 0.02, ParameterKind::Embedding);
        return std::move(m_made);
    }

private:
    void matrix(const std::string& name, std::vector<std::int64_t> shape, double sigma,
                ParameterKind kind = ParameterKind::Matrix)
    {
        m_made.push_back({name, at::randn(shape, m_random) * sigma, kind, {}});
    }

    void vector(const std::string& name, const at::Tensor& value)
    {
        m_made.push_back({name, value.clone(), ParameterKind::Vector, {}});
    }

    void norm(const std::string& name)
    {
        vector(name + ".weight", at::ones({m_config.hiddenSize}));
        vector(name + ".bias", at::zeros({m_config.hiddenSize}));
    }

    void linear(const std::string& name, std::int64_t outputs, std::int64_t inputs)
    {
        matrix(name + ".weight", {outputs, inputs}, 0.02);
        vector(name + ".bias", at::zeros({outputs}));
    }

    at::Tensor uniform(std::vector<std::int64_t> shape, double low, double high)
    {
        return at::rand(shape, m_random) * (high - low) + low;
    }

    /// The inverse of softplus, of step sizes that are uniform in their logarithm.
    at::Tensor stepBias(int layer)
    {
        const bool isShort = layer < m_recipe.local.shortMemory;
        const double low = std::log(isShort ? 0.5 : 0.001), high = std::log(isShort ? 2.0 : 0.1);
        const at::Tensor step_E = uniform({m_config.innerSize}, low, high).exp();
        return step_E + at::log(-at::expm1(-step_E));
    }

    at::Tensor convMask(int layer) const
    {
        if (std::size_t(layer) >= m_recipe.local.reach.size())
            return {};
        const std::int64_t K = m_config.convKernel;
        const std::int64_t kept = std::min<std::int64_t>(K, 1 + m_recipe.local.reach[std::size_t(layer)]);
        at::Tensor mask_E1K = at::zeros({m_config.innerSize, 1, K});
        mask_E1K.narrow(2, K - kept, kept).fill_(1);
        return mask_E1K;
    }

    at::Tensor writeMask(int layer) const
    {
        if (layer >= m_recipe.local.stateless)
            return {};
        const std::int64_t N = m_config.stateSize, R = m_config.timeStepRank;
        at::Tensor mask_ME = at::ones({R + 2 * N, m_config.innerSize});
        mask_ME.narrow(0, R, N).zero_();
        return mask_ME;
    }

    void mambaBlock(int layer)
    {
        const std::int64_t D = m_config.hiddenSize, E = m_config.innerSize, N = m_config.stateSize;
        const std::int64_t R = m_config.timeStepRank, K = m_config.convKernel;
        const std::string prefix = "backbone.layers." + std::to_string(layer) + ".", mixer = prefix + "mixer.";
        const double sigma = 0.03 * std::sqrt(256.0 / double(D));
        vector(prefix + "norm.weight", at::ones({D}));
        matrix(mixer + "in_proj.weight", {2 * E, D}, sigma);
        const double width = 1 / std::sqrt(double(K));
        m_made.push_back(
            {mixer + "conv1d.weight", uniform({E, 1, K}, -width, width), ParameterKind::Vector, convMask(layer)});
        vector(mixer + "conv1d.bias", uniform({E}, -width, width));
        matrix(mixer + "x_proj.weight", {R + 2 * N, E}, sigma);
        m_made.back().mask = writeMask(layer);
        const double step = 1 / std::sqrt(double(R));
        m_made.push_back({mixer + "dt_proj.weight", uniform({E, R}, -step, step), ParameterKind::Matrix, {}});
        vector(mixer + "dt_proj.bias", stepBias(layer));
        vector(mixer + "A_log", at::arange(1, N + 1, at::kFloat).log().expand({E, N}));
        vector(mixer + "D", at::ones({E}));
        matrix(mixer + "out_proj.weight", {D, E}, 0.03 / std::sqrt(double(m_config.layers)));
    }

    void neoxBlock(const std::string& prefix)
    {
        const std::int64_t D = m_config.hiddenSize, M = m_config.intermediateSize;
        norm(prefix + "input_layernorm");
        norm(prefix + "post_attention_layernorm");
        linear(prefix + "attention.query_key_value", 3 * D, D);
        linear(prefix + "attention.dense", D, D);
        linear(prefix + "mlp.dense_h_to_4h", M, D);
        linear(prefix + "mlp.dense_4h_to_h", D, M);
    }

    const TrainingRecipe& m_recipe;
    const ModelConfig& m_config;
    at::Generator m_random;
    std::vector<Parameter> m_made;
};

}  // namespace

std::vector<Parameter> initialParameters(const TrainingRecipe& recipe)
{
    Maker maker(recipe);
    std::vector<Parameter> made = recipe.model.modelType == "mamba" ? maker.mamba() : maker.gptNeox();
    for (Parameter& parameter : made) {
        if (parameter.mask.defined())
            parameter.value.mul_(parameter.mask);
        parameter.value.requires_grad_(true);
    }
    return made;
}

NamedTensors byName(const std::vector<Parameter>& parameters)
{
    NamedTensors tensors;
    for (const Parameter& parameter : parameters)
        tensors[parameter.name] = parameter.value;
    return tensors;
}

}  // namespace mnemo
