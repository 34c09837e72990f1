// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: T tokens, D d_model, E d_inner, N d_state, R dt_rank, H heads, d head width.
#include "tests/support/reference_run.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace mnemo::test {
namespace {

using Memo = std::map<RunId, std::shared_ptr<ReferenceRun>>;

struct Models {
    const TinyModel& edited;
    const TinyModel& unedited;

    const TinyModel& of(const Plan& plan, RunId run) const { return plan.isUnedited(run) ? unedited : edited; }
};

std::shared_ptr<ReferenceRun> evaluate(const Models& models, const Plan& plan, RunId run, Memo& memo);

at::Tensor hostRow(const HostTensor& host, std::size_t index)
{
    const std::size_t width = std::size_t(host.shape.back());
    const std::size_t offset = host.shape.size() == 2 ? index * width : 0;
    std::vector<double> values(host.values.begin() + std::ptrdiff_t(offset),
                               host.values.begin() + std::ptrdiff_t(offset + width));
    return at::tensor(values, at::kDouble);
}

/// One forward pass with its patches.
class Pass
{
public:
    Pass(const Models& models, const Plan& plan, RunId run, Memo& memo)
        : m_models(models),
          m_model(models.of(plan, run)),
          m_plan(plan),
          m_memo(memo),
          m_tokens(plan.tokensOf(run)),
          T(int(m_tokens.size()))
    {
        std::vector<RunId> line{run};
        while (plan.runs[std::size_t(line.back())].parent)
            line.push_back(*plan.runs[std::size_t(line.back())].parent);
        for (auto it = line.rbegin(); it != line.rend(); ++it)
            for (const Patch& patch : plan.runs[std::size_t(*it)].patches)
                m_patches.push_back(&patch);
    }

    ReferenceRun forward()
    {
        std::vector<std::int64_t> ids(m_tokens.begin(), m_tokens.end());
        const bool mamba = m_model.config.modelType == "mamba";
        at::Tensor h = w(mamba ? "backbone.embeddings.weight" : "gpt_neox.embed_in.weight")
                           .index_select(0, at::tensor(ids, at::kLong));
        h = pass({SiteKind::Embed, 0}, h);
        for (m_layer = 0; m_layer < m_model.config.layers; ++m_layer) {
            h = h + pass({SiteKind::O, m_layer}, mamba ? mambaBlock(h) : neoxBlock(h));
            h = pass({SiteKind::H, m_layer}, h);
        }
        h = pass({SiteKind::Final, 0}, h);
        m_out.logits_TV = mamba ? at::matmul(rms(h, w("backbone.norm_f.weight")), w("backbone.embeddings.weight").t())
                                : at::matmul(layerNorm(h, "gpt_neox.final_layer_norm"), w("embed_out.weight").t());
        return m_out;
    }

private:
    const at::Tensor& w(const std::string& name) const { return m_model.tensors.at(name); }

    at::Tensor other(RunId run, const Site& site)
    {
        return evaluate(m_models, m_plan, run, m_memo)->states_TW.at(site);
    }

    /// All patches of a site, in order. Mask is done where the token mixing happens.
    at::Tensor pass(const Site& site, at::Tensor value)
    {
        value = value.clone();
        for (int t = 0; t < T; ++t)
            value[t].copy_(passToken(site, t, value[t]));
        if (site.kind == SiteKind::Pattern)  // no token looks ahead
            for (int t = 0; t < T; ++t)
                value.view({T, -1, T})[t].narrow(1, t + 1, T - t - 1).zero_();
        m_out.states_TW[site] = value;
        return value;
    }

    at::Tensor passToken(const Site& site, int t, at::Tensor x)
    {
        for (const Patch* patch : m_patches) {
            if (patch->site != site)
                continue;
            for (std::size_t i = 0; i < patch->positions.size(); ++i)
                if (patch->positions[i] == t)
                    x = patched(*patch, i, x);
        }
        return x;
    }

    at::Tensor patched(const Patch& patch, std::size_t i, const at::Tensor& x)
    {
        const int t = patch.positions[i];
        if (const auto* copy = std::get_if<CopyFrom>(&patch.what))
            return other(copy->run, patch.site)[copy->positions[i]].view_as(x);
        if (const auto* set = std::get_if<SetTo>(&patch.what))
            return hostRow(*set->value, i).view_as(x);
        if (const auto* add = std::get_if<AddTo>(&patch.what))
            return x + hostRow(*add->value, i).view_as(x);
        if (const auto* reroute = std::get_if<Reroute>(&patch.what)) {
            at::Tensor sum = at::zeros_like(x);
            for (const Site& source : reroute->sources)
                sum = sum + other(reroute->run, source)[t] - m_out.states_TW.at(source)[t];
            return x + sum * reroute->alpha;
        }
        if (patch.site.kind == SiteKind::Pattern)
            return x;
        at::Tensor cut = x;
        for (const int key : std::get<Mask>(patch.what).keys)
            if (key <= t)
                cut = cut - hiddenTerm(t, key);
        return cut;
    }

    at::Tensor rms(const at::Tensor& x, const at::Tensor& weight) const
    {
        return x / at::sqrt((x * x).mean(-1, true) + m_model.config.normEps) * weight;
    }

    /// What token q gives to token k: the decay product spelled out factor by factor.
    at::Tensor hiddenTerm(int k, int q)
    {
        const Site at{SiteKind::Delta, m_layer};
        const at::Tensor delta = m_out.states_TW.at(at);
        const at::Tensor A = -at::exp(w(mixer() + "A_log"));
        at::Tensor decay = at::ones_like(A);
        for (int i = q + 1; i <= k; ++i)
            decay = decay * at::exp(delta[i].unsqueeze(1) * A);
        const at::Tensor write = at::outer(delta[q] * m_out.states_TW.at({SiteKind::C, m_layer})[q],
                                           m_out.states_TW.at({SiteKind::B, m_layer})[q]);
        return at::mv(decay * write, m_out.states_TW.at({SiteKind::CRead, m_layer})[k]);
    }

    std::string mixer() const { return "backbone.layers." + std::to_string(m_layer) + ".mixer."; }

    at::Tensor mambaBlock(const at::Tensor& resid)
    {
        using enum SiteKind;
        const int l = m_layer;
        const std::int64_t E = m_model.config.innerSize, N_ = m_model.config.stateSize, R = m_model.config.timeStepRank;
        const at::Tensor in = pass({BlockIn, l}, resid);
        const at::Tensor n = pass({N, l}, rms(in, w("backbone.layers." + std::to_string(l) + ".norm.weight")));
        const at::Tensor both = at::matmul(n, w(mixer() + "in_proj.weight").t());
        const at::Tensor a = pass({A, l}, both.narrow(1, 0, E));
        at::Tensor u = w(mixer() + "conv1d.bias").expand({T, E});
        for (int j = 0; j < 4; ++j) {
            at::Tensor term = at::zeros({T, E}, at::kDouble);
            for (int t = 0; t < T; ++t)
                if (t - 3 + j >= 0)
                    term[t].copy_(w(mixer() + "conv1d.weight").select(1, 0).select(1, j) * a[t - 3 + j]);
            u = u + pass({Conv, l, j - 3}, term);
        }
        u = pass({Conv, l}, u);
        const at::Tensor c = pass({C, l}, u * at::sigmoid(u));
        const at::Tensor x = at::matmul(c, w(mixer() + "x_proj.weight").t());
        const at::Tensor low =
            at::matmul(x.narrow(1, 0, R), w(mixer() + "dt_proj.weight").t()) + w(mixer() + "dt_proj.bias");
        const at::Tensor delta = pass({Delta, l}, at::where(low > 20, low, at::log1p(at::exp(low))));
        const at::Tensor b = pass({B, l}, x.narrow(1, R, N_));
        const at::Tensor read = pass({CRead, l}, x.narrow(1, R + N_, N_));
        const at::Tensor s = pass({S, l}, scan(c, delta, b, read));
        const at::Tensor z = pass({Z, l}, both.narrow(1, E, E));
        const at::Tensor g = pass({G, l}, z * at::sigmoid(z));
        return at::matmul(pass({SG, l}, s * g), w(mixer() + "out_proj.weight").t());
    }

    at::Tensor scan(const at::Tensor& c, const at::Tensor& delta, const at::Tensor& b, const at::Tensor& read)
    {
        const at::Tensor decayRate = -at::exp(w(mixer() + "A_log"));
        at::Tensor state = at::zeros_like(decayRate);
        at::Tensor s = at::zeros_like(c);
        std::vector<at::Tensor> writes, states;
        for (int t = 0; t < T; ++t) {
            const at::Tensor write = passToken({SiteKind::Write, m_layer}, t, at::outer(delta[t] * c[t], b[t]));
            state =
                passToken({SiteKind::State, m_layer}, t, at::exp(delta[t].unsqueeze(1) * decayRate) * state + write);
            s[t].copy_(at::mv(state, read[t]) + w(mixer() + "D") * c[t]);
            writes.push_back(write.reshape({-1}));
            states.push_back(state.reshape({-1}));
        }
        m_out.states_TW[{SiteKind::Write, m_layer}] = at::stack(writes);
        m_out.states_TW[{SiteKind::State, m_layer}] = at::stack(states);
        return s;
    }

    at::Tensor layerNorm(const at::Tensor& x, const std::string& name) const
    {
        const at::Tensor centred = x - x.mean(-1, true);
        return centred / at::sqrt((centred * centred).mean(-1, true) + m_model.config.normEps) * w(name + ".weight") +
               w(name + ".bias");
    }

    at::Tensor linear(const at::Tensor& x, const std::string& name) const
    {
        return at::matmul(x, w(name + ".weight").t()) + w(name + ".bias");
    }

    at::Tensor rotated(const at::Tensor& x, int t) const
    {
        at::Tensor y = x.clone();
        const int half = m_model.config.rotaryDims / 2;
        for (int i = 0; i < half; ++i) {
            const double angle = t * std::pow(m_model.config.rotaryBase, -2.0 * i / m_model.config.rotaryDims);
            y[i] = x[i] * std::cos(angle) - x[i + half] * std::sin(angle);
            y[i + half] = x[i + half] * std::cos(angle) + x[i] * std::sin(angle);
        }
        return y;
    }

    bool seen(int query, int key) const
    {
        for (const Patch* patch : m_patches)
            if (const auto* mask = std::get_if<Mask>(&patch->what);
                mask && patch->site == Site{SiteKind::Pattern, m_layer})
                if (std::count(patch->positions.begin(), patch->positions.end(), query) &&
                    std::count(mask->keys.begin(), mask->keys.end(), key))
                    return false;
        return key <= query;
    }

    at::Tensor neoxBlock(const at::Tensor& resid)
    {
        using enum SiteKind;
        const std::string prefix = "gpt_neox.layers." + std::to_string(m_layer) + ".";
        const at::Tensor in = pass({BlockIn, m_layer}, resid);
        const at::Tensor qkv = linear(layerNorm(pass({AttnIn, m_layer}, in), prefix + "input_layernorm"),
                                      prefix + "attention.query_key_value");
        const std::int64_t H_ = m_model.config.heads, d = m_model.config.headSize();
        at::Tensor weights = at::zeros({T, H_, T}, at::kDouble);
        for (int t = 0; t < T; ++t)
            for (std::int64_t head = 0; head < H_; ++head)
                weights[t][head].copy_(headWeights(qkv, t, head, d));
        weights = pass({Pattern, m_layer}, weights.reshape({T, H_ * T})).reshape({T, H_, T});
        at::Tensor mixed = at::zeros({T, H_ * d}, at::kDouble);
        for (std::int64_t head = 0; head < H_; ++head)
            mixed.narrow(1, head * d, d)
                .copy_(at::matmul(weights.select(1, head), qkv.narrow(1, head * 3 * d + 2 * d, d)));
        const at::Tensor attn = pass({Attn, m_layer}, linear(mixed, prefix + "attention.dense"));
        const at::Tensor copy = pass({MlpIn, m_layer}, in);
        const at::Tensor mlpIn = m_model.config.parallelResidual ? copy : copy + attn;
        const at::Tensor up =
            linear(layerNorm(mlpIn, prefix + "post_attention_layernorm"), prefix + "mlp.dense_h_to_4h");
        const at::Tensor act = pass({MlpAct, m_layer}, up * 0.5 * (1 + at::erf(up / std::sqrt(2.0))));
        return attn + pass({Mlp, m_layer}, linear(act, prefix + "mlp.dense_4h_to_h"));
    }

    at::Tensor headWeights(const at::Tensor& qkv, int t, std::int64_t head, std::int64_t d) const
    {
        const at::Tensor query = rotated(qkv[t].narrow(0, head * 3 * d, d), t);
        at::Tensor scores = at::full({T}, -std::numeric_limits<double>::infinity(), at::kDouble);
        bool any = false;
        for (int key = 0; key <= t; ++key)
            if (seen(t, key)) {
                scores[key] = query.dot(rotated(qkv[key].narrow(0, head * 3 * d + d, d), key)) / std::sqrt(double(d));
                any = true;
            }
        return any ? scores.softmax(0) : at::zeros({T}, at::kDouble);
    }

    const Models& m_models;
    const TinyModel& m_model;
    const Plan& m_plan;
    Memo& m_memo;
    const std::vector<int>& m_tokens;
    int T;
    int m_layer = 0;
    std::vector<const Patch*> m_patches;
    ReferenceRun m_out;
};

std::shared_ptr<ReferenceRun> evaluate(const Models& models, const Plan& plan, RunId run, Memo& memo)
{
    std::shared_ptr<ReferenceRun>& found = memo[run];
    if (!found) {
        auto made = std::make_shared<ReferenceRun>(Pass(models, plan, run, memo).forward());
        memo[run] = made;
        return made;
    }
    return found;
}

}  // namespace

ReferenceRun referenceRun(const TinyModel& model, const Plan& plan, RunId run, const TinyModel& unedited)
{
    const at::NoGradGuard noGrad;
    Memo memo;
    return *evaluate({model, unedited}, plan, run, memo);
}

ReferenceRun referenceRun(const TinyModel& model, const Plan& plan, RunId run)
{
    return referenceRun(model, plan, run, model);
}

std::vector<ReferenceRun> referenceRuns(const TinyModel& model, const Plan& plan, const TinyModel& unedited)
{
    const at::NoGradGuard noGrad;
    Memo memo;
    std::vector<ReferenceRun> runs;
    for (RunId run = 0; run < RunId(plan.runs.size()); ++run)
        runs.push_back(*evaluate({model, unedited}, plan, run, memo));
    return runs;
}

std::vector<ReferenceRun> referenceRuns(const TinyModel& model, const Plan& plan)
{
    return referenceRuns(model, plan, model);
}

}  // namespace mnemo::test
