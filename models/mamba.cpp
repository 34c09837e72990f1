// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X rows of the wave (all runs, all their tokens), D d_model, E d_inner, N d_state, R dt_rank, K conv taps,
// V vocabulary. Formulas: METHODS.md §1.1 (Gu & Dao 2023, Mamba-1).
#include <ATen/ATen.h>

#include "core/engine/causal_conv.h"
#include "core/engine/row_ops.h"
#include "core/engine/selective_scan.h"
#include "core/engine/unembedding.h"
#include "core/engine/weights.h"
#include "core/io/model_config.h"
#include "models/architectures.h"

namespace mnemo {
namespace {

struct MambaBlock {
    at::Tensor norm_D;
    Matrix inProjA_ED, inProjGate_ED;  // the two halves of in_proj: SSM input first, gate second
    at::Tensor conv_KE, convBias_E;
    Matrix xProj_ME;  // M = R + 2N
    Matrix dtProj_ER;
    at::Tensor dtBias_E;
    at::Tensor A_EN, D_E;
    Matrix outProj_DE;
};

class Mamba : public LanguageModel
{
public:
    Mamba(const ModelConfig& config, Weights& weights);

    const ModelInfo& info() const override { return m_info; }
    std::vector<SiteInfo> sites() const override;
    std::vector<std::string> matrices() const override { return {"W_o", "W_a", "W_g"}; }
    WeightPlace weightPlace(const std::string& matrix, int layer) const override;
    at::TensorOptions options() const override { return m_normF_D.options(); }
    at::Tensor embed(const at::Tensor& ids_X) const override;
    void block(int layer, Rows& rows, Taps& tap) const override;
    at::Tensor unembed(const at::Tensor& resid_XD, const std::function<void()>& checkStop) const override;
    at::Tensor unembedParts(const at::Tensor& parts_PD, const at::Tensor& whole_D) const override;
    BlockFlops flopsPerRow() const override;
    at::Tensor stateMatrix(int layer) const override { return m_blocks[std::size_t(layer)].A_EN; }

private:
    MambaBlock loadBlock(Weights& weights, const std::string& prefix) const;
    ScanInput scanInput(const MambaBlock& w, int layer, const at::Tensor& c_XE, Taps& tap) const;

    ModelInfo m_info;
    std::int64_t D, E, N, R, K;
    double m_normEps;
    at::Tensor m_embedding_VD, m_normF_D;
    Unembedding m_unembedding;
    std::string m_layers;  ///< what the names of the blocks' tensors begin with
    std::vector<MambaBlock> m_blocks;
};

Mamba::Mamba(const ModelConfig& config, Weights& weights)
    : D(config.hiddenSize),
      E(config.innerSize),
      N(config.stateSize),
      R(config.timeStepRank),
      K(config.convKernel),
      m_normEps(config.normEps)
{
    const std::int64_t V = config.vocabSize;
    const std::string norm = weights.choose({"backbone.norm_f.weight", "norm_f.weight"});
    const std::string root = norm.substr(0, norm.size() - std::string("norm_f.weight").size());
    m_embedding_VD = weights.lookup(weights.choose({root + "embeddings.weight", root + "embedding.weight"}), {V, D});
    m_normF_D = weights.small(norm, {D});
    m_layers = root + "layers.";
    for (int layer = 0; layer < config.layers; ++layer)
        m_blocks.push_back(loadBlock(weights, m_layers + std::to_string(layer) + "."));
    m_unembedding = Unembedding(config.tiedEmbeddings ? m_embedding_VD : weights.lookup("lm_head.weight", {V, D}),
                                weights.dtype, weights.device);
    const Architecture kind = mambaArchitecture();
    m_info = {kind.modelType,         config.layers,   config.hiddenSize, config.vocabSize, 0,
              parameterCount(config), kind.traceSites, kind.paperLayers};
}

WeightPlace Mamba::weightPlace(const std::string& matrix, int layer) const
{
    const std::string mixer = m_layers + std::to_string(layer) + ".mixer.";
    if (matrix == "W_o")
        return {mixer + "out_proj.weight", 0, D};
    return {mixer + "in_proj.weight", matrix == "W_a" ? 0 : E, E};
}

MambaBlock Mamba::loadBlock(Weights& weights, const std::string& prefix) const
{
    const std::string mixer = prefix + "mixer.";
    const std::vector<Matrix> inProj = weights.split(mixer + "in_proj.weight", {2 * E, D}, 2);
    return {.norm_D = weights.small(prefix + "norm.weight", {D}),
            .inProjA_ED = inProj[0],
            .inProjGate_ED = inProj[1],
            .conv_KE = weights.small(mixer + "conv1d.weight", {E, 1, K}).squeeze(1).t().contiguous(),
            .convBias_E = weights.small(mixer + "conv1d.bias", {E}),
            .xProj_ME = weights.matrix(mixer + "x_proj.weight", {R + 2 * N, E}),
            .dtProj_ER = weights.matrix(mixer + "dt_proj.weight", {E, R}),
            .dtBias_E = weights.small(mixer + "dt_proj.bias", {E}),
            .A_EN = -weights.small(mixer + "A_log", {E, N}).exp(),
            .D_E = weights.small(mixer + "D", {E}),
            .outProj_DE = weights.matrix(mixer + "out_proj.weight", {D, E})};
}

std::vector<SiteInfo> Mamba::sites() const
{
    using enum SiteKind;
    const int d = int(D), e = int(E), n = int(this->N);
    return {{Embed, d},   {BlockIn, d}, {SiteKind::N, d}, {H, d},        {A, e},         {Conv, e},
            {C, e},       {Delta, e},   {B, n},           {CRead, n},    {Write, e * n}, {State, e * n},
            {S, e, true}, {Z, e, true}, {G, e, true},     {SG, e, true}, {O, d, true},   {Final, d}};
}

BlockFlops Mamba::flopsPerRow() const
{
    return {.mixing = 2.0 * double(E * D + (R + 2 * N) * E + E * R), .tail = 2.0 * double(E * D + D * E)};
}

at::Tensor Mamba::embed(const at::Tensor& ids_X) const
{
    return m_embedding_VD.index_select(0, ids_X).to(m_normF_D.scalar_type());
}

at::Tensor Mamba::unembed(const at::Tensor& resid_XD, const std::function<void()>& checkStop) const
{
    return m_unembedding.logits(rmsNorm(resid_XD, m_normF_D, m_normEps), checkStop);
}

at::Tensor Mamba::unembedParts(const at::Tensor& parts_PD, const at::Tensor& whole_D) const
{
    const at::Tensor scale = at::rsqrt(whole_D.square().mean() + m_normEps);
    const at::Tensor noBias_1D = at::zeros_like(whole_D).unsqueeze(0);
    return m_unembedding.logits(at::cat({parts_PD * scale * m_normF_D, noBias_1D}), [] {});
}

ScanInput Mamba::scanInput(const MambaBlock& w, int layer, const at::Tensor& c_XE, Taps& tap) const
{
    using enum SiteKind;
    const at::Tensor x_XM = tap.linear("x_proj", layer, c_XE, w.xProj_ME);
    const at::Tensor step_XE = tap.linear("dt_proj", layer, x_XM.narrow(1, 0, R), w.dtProj_ER, w.dtBias_E);
    const bool asked = tap.active({Delta, layer});
    return {.c_XE = c_XE,
            .delta_XE = asked ? tap({Delta, layer}, mnemo::softplus(step_XE)) : step_XE,
            .A_EN = w.A_EN,
            .B_XN = tap({B, layer}, x_XM.narrow(1, R, this->N)),
            .C_XN = tap({CRead, layer}, x_XM.narrow(1, R + this->N, this->N)),
            .D_E = w.D_E,
            .rawSteps = !asked};
}

void Mamba::block(int layer, Rows& rows, Taps& tap) const
{
    using enum SiteKind;
    const MambaBlock& w = m_blocks[std::size_t(layer)];
    const at::Tensor in_XD = tap({BlockIn, layer}, rows.resid_XD());
    const at::Tensor n_XD = tap({SiteKind::N, layer}, rmsNorm(in_XD, w.norm_D, m_normEps));

    const at::Tensor a_XE = tap({A, layer}, tap.linear("W_a", layer, n_XD, w.inProjA_ED));
    const at::Tensor c_XE = tap({C, layer}, causalConvSilu(rows, a_XE, w.conv_KE, w.convBias_E, tap, layer));  // conv
    ScanInput scan = scanInput(w, layer, c_XE, tap);
    const auto gates = [&](const at::Tensor& rows_XD) {
        return tap({Z, layer}, tap.linear("W_g", layer, rows_XD, w.inProjGate_ED));
    };
    // One pass over the rows where nobody asks for what lies between.
    const bool onePass =
        rows.tailIsWhole() && !tap.active({S, layer}) && !tap.active({Z, layer}) && !tap.active({G, layer});
    if (onePass)
        scan.z_XE = gates(n_XD);
    at::Tensor sg_XE = selectiveScan(rows, scan, tap, layer);  // taps write and state

    rows.enterTail();
    if (!onePass) {
        sg_XE = rows.tail(sg_XE);
        const at::Tensor s_XE = tapScan(rows, scan, std::move(sg_XE), tap, layer);
        sg_XE = gate(s_XE, gates(rows.tail(n_XD)), tap, layer);  // taps g
    }
    sg_XE = tap({SG, layer}, std::move(sg_XE));
    const at::Tensor o_XD = tap({O, layer}, tap.linear("W_o", layer, sg_XE, w.outProj_DE));
    rows.addToResid(o_XD);
}

std::unique_ptr<LanguageModel> buildMamba(const ModelConfig& config, Weights& weights)
{
    return std::make_unique<Mamba>(config, weights);
}

}  // namespace

Architecture mambaArchitecture()
{
    using enum SiteKind;
    return {.modelType = "mamba",
            .sites = {Embed, BlockIn, N, H, A, Conv, C, Delta, B, CRead, Write, State, S, Z, G, SG, O, Final},
            .traceSites = {H, A, S, G, O},
            .matrices = {"W_o", "W_a", "W_g"},
            .paperLayers = 64,
            .build = buildMamba};
}

}  // namespace mnemo
