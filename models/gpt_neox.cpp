// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X rows of the wave (all runs, all their tokens), D d_model, H heads, d head width, r rotated entries of a
// head, M width of the MLP, T positions, V vocabulary. Formulas: METHODS.md §1.3 (GPT-NeoX, as in Pythia).
#include <ATen/ATen.h>

#include "core/engine/attention.h"
#include "core/engine/rotary.h"
#include "core/engine/row_ops.h"
#include "core/engine/unembedding.h"
#include "core/engine/weights.h"
#include "core/io/model_config.h"
#include "models/architectures.h"

namespace mnemo {
namespace {

struct Norm {
    at::Tensor weight_D, bias_D;
};

struct NeoxBlock {
    Norm beforeAttention, beforeMlp;
    Matrix qkv_3DD, dense_DD, up_MD, down_DM;  // qkv: per head q, k, v
    at::Tensor qkvBias_3D, denseBias_D, upBias_M, downBias_D;
};

class GptNeox : public LanguageModel
{
public:
    GptNeox(const ModelConfig& config, Weights& weights);

    const ModelInfo& info() const override { return m_info; }
    std::vector<SiteInfo> sites() const override;
    std::vector<std::string> matrices() const override { return {"W_down"}; }
    WeightPlace weightPlace(const std::string& /*matrix*/, int layer) const override
    {
        return {"gpt_neox.layers." + std::to_string(layer) + ".mlp.dense_4h_to_h.weight", 0, D};
    }
    at::TensorOptions options() const override { return m_normF.weight_D.options(); }
    at::Tensor embed(const at::Tensor& ids_X) const override;
    void block(int layer, Rows& rows, Taps& tap) const override;
    at::Tensor unembed(const at::Tensor& resid_XD, const std::function<void()>& checkStop) const override;
    at::Tensor unembedParts(const at::Tensor& parts_PD, const at::Tensor& whole_D) const override;
    BlockFlops flopsPerRow() const override { return {6.0 * double(D * D), 2.0 * double(D * D + 2 * D * M)}; }

private:
    NeoxBlock loadBlock(Weights& weights, const std::string& prefix) const;
    at::Tensor layerNorm(const at::Tensor& x_XD, const Norm& norm) const;
    at::Tensor attend(const NeoxBlock& w, int layer, Rows& rows, const at::Tensor& x_XD, Taps& tap) const;

    ModelInfo m_info;
    std::int64_t D, M, m_heads, m_rotary;
    bool m_parallel;
    double m_normEps;
    at::Tensor m_frequencies_r;
    at::Tensor m_embedding_VD;
    Unembedding m_unembedding;
    Norm m_normF;
    std::vector<NeoxBlock> m_blocks;
};

Norm loadNorm(Weights& weights, const std::string& name, std::int64_t D)
{
    return {weights.small(name + ".weight", {D}), weights.small(name + ".bias", {D})};
}

GptNeox::GptNeox(const ModelConfig& config, Weights& weights)
    : D(config.hiddenSize),
      M(config.intermediateSize),
      m_heads(config.heads),
      m_rotary(config.rotaryDims),
      m_parallel(config.parallelResidual),
      m_normEps(config.normEps)
{
    const std::int64_t V = config.vocabSize;
    m_embedding_VD = weights.lookup("gpt_neox.embed_in.weight", {V, D});
    for (int layer = 0; layer < config.layers; ++layer)
        m_blocks.push_back(loadBlock(weights, "gpt_neox.layers." + std::to_string(layer) + "."));
    m_normF = loadNorm(weights, "gpt_neox.final_layer_norm", D);
    const auto untied = [&] { return weights.lookup(weights.choose({"embed_out.weight", "lm_head.weight"}), {V, D}); };
    m_unembedding = Unembedding(config.tiedEmbeddings ? m_embedding_VD : untied(), weights.dtype, weights.device);
    m_frequencies_r = rotaryFrequencies(m_rotary, config.rotaryBase);
    const Architecture kind = gptNeoxArchitecture();
    m_info = {kind.modelType,      config.layers,          config.hiddenSize, config.vocabSize,
              config.maxPositions, parameterCount(config), kind.traceSites,   kind.paperLayers};
}

NeoxBlock GptNeox::loadBlock(Weights& weights, const std::string& prefix) const
{
    return {.beforeAttention = loadNorm(weights, prefix + "input_layernorm", D),
            .beforeMlp = loadNorm(weights, prefix + "post_attention_layernorm", D),
            .qkv_3DD = weights.matrix(prefix + "attention.query_key_value.weight", {3 * D, D}),
            .dense_DD = weights.matrix(prefix + "attention.dense.weight", {D, D}),
            .up_MD = weights.matrix(prefix + "mlp.dense_h_to_4h.weight", {M, D}),
            .down_DM = weights.matrix(prefix + "mlp.dense_4h_to_h.weight", {D, M}),
            .qkvBias_3D = weights.small(prefix + "attention.query_key_value.bias", {3 * D}),
            .denseBias_D = weights.small(prefix + "attention.dense.bias", {D}),
            .upBias_M = weights.small(prefix + "mlp.dense_h_to_4h.bias", {M}),
            .downBias_D = weights.small(prefix + "mlp.dense_4h_to_h.bias", {D})};
}

std::vector<SiteInfo> GptNeox::sites() const
{
    using enum SiteKind;
    const int d = int(D);
    return {{Embed, d},
            {BlockIn, d},
            {H, d},
            {O, d, true},
            {AttnIn, d},
            {Attn, d, true},
            {Pattern, int(m_heads)},  // × tokens
            {MlpIn, d, true},
            {MlpAct, int(M), true},
            {Mlp, d, true},
            {Final, d}};
}

at::Tensor GptNeox::embed(const at::Tensor& ids_X) const
{
    return m_embedding_VD.index_select(0, ids_X).to(m_normF.weight_D.scalar_type());
}

at::Tensor GptNeox::unembed(const at::Tensor& resid_XD, const std::function<void()>& checkStop) const
{
    return m_unembedding.logits(layerNorm(resid_XD, m_normF), checkStop);
}

at::Tensor GptNeox::unembedParts(const at::Tensor& parts_PD, const at::Tensor& whole_D) const
{
    const at::Tensor scale = at::rsqrt(whole_D.var(0, /*unbiased=*/false) + m_normEps);
    const at::Tensor normed_PD = (parts_PD - parts_PD.mean(1, true)) * scale * m_normF.weight_D;
    return m_unembedding.logits(at::cat({normed_PD, m_normF.bias_D.unsqueeze(0)}), [] {});
}

at::Tensor GptNeox::layerNorm(const at::Tensor& x_XD, const Norm& norm) const
{
    return at::layer_norm(x_XD, {D}, norm.weight_D, norm.bias_D, m_normEps);
}

at::Tensor GptNeox::attend(const NeoxBlock& w, int layer, Rows& rows, const at::Tensor& x_XD, Taps& tap) const
{
    const at::Tensor qkv = tap.linear("W_qkv", layer, x_XD, w.qkv_3DD, w.qkvBias_3D);
    const at::Tensor turned = rotateQueriesAndKeys(rows, qkv.view({x_XD.size(0), m_heads, -1}), m_frequencies_r);
    const at::Tensor mixed = attention(rows, turned, tap, layer);  // taps pattern
    rows.enterTail();
    return tap.linear("W_dense", layer, rows.tail(mixed), w.dense_DD, w.denseBias_D);
}

void GptNeox::block(int layer, Rows& rows, Taps& tap) const
{
    using enum SiteKind;
    const NeoxBlock& w = m_blocks[std::size_t(layer)];
    const at::Tensor all_XD = tap({BlockIn, layer}, rows.resid_XD());

    const at::Tensor read_XD = layerNorm(tap({AttnIn, layer}, all_XD), w.beforeAttention);
    const at::Tensor attn_XD = tap({Attn, layer}, attend(w, layer, rows, read_XD, tap));  // enters the tail
    const at::Tensor in_XD = tap({MlpIn, layer}, rows.tail(all_XD));
    const at::Tensor n_XD = layerNorm(m_parallel ? in_XD : in_XD + attn_XD, w.beforeMlp);
    const at::Tensor up_XM = tap.linear("W_up", layer, n_XD, w.up_MD, w.upBias_M);
    const at::Tensor act_XM = tap({MlpAct, layer}, mnemo::gelu(up_XM, tap));
    const at::Tensor mlp_XD = tap({Mlp, layer}, tap.linear("W_down", layer, act_XM, w.down_DM, w.downBias_D));

    const at::Tensor o_XD = tap({O, layer}, attn_XD + mlp_XD);
    rows.addToResid(o_XD);
}

std::unique_ptr<LanguageModel> buildGptNeox(const ModelConfig& config, Weights& weights)
{
    return std::make_unique<GptNeox>(config, weights);
}

}  // namespace

Architecture gptNeoxArchitecture()
{
    using enum SiteKind;
    return {.modelType = "gpt_neox",
            .sites = {Embed, BlockIn, H, O, AttnIn, Attn, Pattern, MlpIn, MlpAct, Mlp, Final},
            .traceSites = {H, Attn, Mlp},
            .matrices = {"W_down"},
            .paperLayers = 32,
            .build = buildGptNeox};
}

}  // namespace mnemo
