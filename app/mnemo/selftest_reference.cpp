// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: T tokens, D d_model, E d_inner, N d_state, R dt_rank, H heads, V vocabulary.
#include "app/mnemo/selftest_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mnemo {
namespace {

constexpr int D = RandomModel::dModel;
constexpr int E = RandomModel::dInner;
constexpr int N = RandomModel::dState;
constexpr int R = RandomModel::dtRank;
constexpr int taps = RandomModel::taps;
constexpr int heads = RandomModel::heads;
constexpr int headSize = D / heads;
constexpr int rotary = headSize / 4;

using Row = RandomModel::Row;
using Rows = RandomModel::Rows;

double silu(double x)
{
    return x / (1 + std::exp(-x));
}

Row normed(const Row& x, const std::vector<float>& scale, const std::vector<float>* bias)
{
    double mean = 0;
    if (bias)
        for (const double value : x)
            mean += value / double(x.size());
    double square = 0;
    for (const double value : x)
        square += (value - mean) * (value - mean) / double(x.size());
    Row y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
        y[i] = (x[i] - mean) / std::sqrt(square + 1e-5) * double(scale[i]) + (bias ? double((*bias)[i]) : 0.0);
    return y;
}

Row slice(const Row& x, int first, int size)
{
    return {x.begin() + first, x.begin() + first + size};
}

/// Rotates the first `rotary` entries of a query or key at position `pos`; pairs are half the rotary width apart.
void rotate(Row& x, int pos)
{
    const Row old = x;
    for (int i = 0; i < rotary / 2; ++i) {
        const double angle = pos * std::pow(10000.0, -2.0 * i / rotary);
        const std::size_t a = std::size_t(i);
        const std::size_t b = std::size_t(i + rotary / 2);
        x[a] = old[a] * std::cos(angle) - old[b] * std::sin(angle);
        x[b] = old[b] * std::cos(angle) + old[a] * std::sin(angle);
    }
}

double dot(const Row& a, const Row& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += a[i] * b[i];
    return sum;
}

}  // namespace

const RandomModel::Tensor& RandomModel::weight(int layer, const std::string& name) const
{
    return m_tensors.at(m_prefix + std::to_string(layer) + "." + name);
}

Row RandomModel::linear(const Tensor& w, const Row& x, const Tensor* bias) const
{
    Row y(std::size_t(w.shape[0]));
    for (std::size_t row = 0; row < y.size(); ++row) {
        y[row] = bias ? double(bias->values[row]) : 0.0;
        for (std::size_t i = 0; i < x.size(); ++i)
            y[row] += double(w.values[row * x.size() + i]) * x[i];
    }
    return y;
}

Rows RandomModel::mambaBlock(int layer, const Rows& h) const
{
    const auto w = [&](const char* name) -> const Tensor& { return weight(layer, "mixer." + std::string(name)); };
    Rows a, z, out = h;
    for (const Row& row : h) {
        const Row both = linear(w("in_proj.weight"), normed(row, weight(layer, "norm.weight").values, nullptr));
        a.push_back(slice(both, 0, E));
        z.push_back(slice(both, E, E));
    }
    std::vector<Row> state(E, Row(N, 0.0));
    for (std::size_t t = 0; t < h.size(); ++t) {
        Row c(E), s(E);
        for (std::size_t e = 0; e < E; ++e) {
            double sum = double(w("conv1d.bias").values[e]);
            for (std::size_t k = 0; k < taps; ++k)
                if (t + k + 1 >= taps)
                    sum += double(w("conv1d.weight").values[e * taps + k]) * a[t + k + 1 - taps][e];
            c[e] = silu(sum);
        }
        const Row x = linear(w("x_proj.weight"), c);
        const Row delta = linear(w("dt_proj.weight"), slice(x, 0, R), &w("dt_proj.bias"));
        for (std::size_t e = 0; e < E; ++e) {
            const double step = std::log1p(std::exp(delta[e]));
            s[e] = double(w("D").values[e]) * c[e];
            for (std::size_t n = 0; n < N; ++n) {
                const double decay = std::exp(-step * std::exp(double(w("A_log").values[e * N + n])));
                state[e][n] = decay * state[e][n] + step * x[R + n] * c[e];
                s[e] += state[e][n] * x[R + N + n];
            }
            s[e] *= silu(z[t][e]);
        }
        const Row o = linear(w("out_proj.weight"), s);
        for (std::size_t d = 0; d < D; ++d)
            out[t][d] += o[d];
    }
    return out;
}

Rows RandomModel::attention(int layer, const Rows& n) const
{
    Rows out(n.size(), Row(D, 0.0));
    for (int head = 0; head < heads; ++head) {
        Rows q, k, v;
        for (std::size_t t = 0; t < n.size(); ++t) {
            const Row qkv = linear(weight(layer, "attention.query_key_value.weight"), n[t],
                                   &weight(layer, "attention.query_key_value.bias"));
            q.push_back(slice(qkv, head * 3 * headSize, headSize));
            k.push_back(slice(qkv, head * 3 * headSize + headSize, headSize));
            v.push_back(slice(qkv, head * 3 * headSize + 2 * headSize, headSize));
            rotate(q.back(), int(t));
            rotate(k.back(), int(t));
        }
        for (std::size_t t = 0; t < n.size(); ++t) {
            double sum = 0;
            Row mixed(headSize, 0.0);
            for (std::size_t key = 0; key <= t; ++key) {
                const double share = std::exp(dot(q[t], k[key]) / std::sqrt(double(headSize)));
                sum += share;
                for (std::size_t i = 0; i < headSize; ++i)
                    mixed[i] += share * v[key][i];
            }
            for (std::size_t i = 0; i < headSize; ++i)
                out[t][std::size_t(head) * headSize + i] = mixed[i] / sum;
        }
    }
    for (Row& row : out)
        row = linear(weight(layer, "attention.dense.weight"), row, &weight(layer, "attention.dense.bias"));
    return out;
}

Rows RandomModel::neoXBlock(int layer, const Rows& h) const
{
    const auto norm = [&](const Row& row, const std::string& name) {
        return normed(row, weight(layer, name + ".weight").values, &weight(layer, name + ".bias").values);
    };
    Rows n;
    for (const Row& row : h)
        n.push_back(norm(row, "input_layernorm"));
    Rows out = attention(layer, n);
    for (std::size_t t = 0; t < h.size(); ++t) {
        Row act = linear(weight(layer, "mlp.dense_h_to_4h.weight"), norm(h[t], "post_attention_layernorm"),
                         &weight(layer, "mlp.dense_h_to_4h.bias"));
        for (double& x : act)
            x *= 0.5 * (1 + std::erf(x / std::numbers::sqrt2));
        const Row mlp =
            linear(weight(layer, "mlp.dense_4h_to_h.weight"), act, &weight(layer, "mlp.dense_4h_to_h.bias"));
        for (std::size_t d = 0; d < D; ++d)
            out[t][d] += h[t][d] + mlp[d];
    }
    return out;
}

Rows RandomModel::logProbabilities(const Rows& h) const
{
    const bool mamba = m_architecture == "mamba";
    const Tensor& head = m_tensors.at(mamba ? "backbone.embeddings.weight" : "embed_out.weight");
    const Tensor& scale = m_tensors.at(mamba ? "backbone.norm_f.weight" : "gpt_neox.final_layer_norm.weight");
    const std::vector<float>* bias = mamba ? nullptr : &m_tensors.at("gpt_neox.final_layer_norm.bias").values;
    Rows logp;
    for (const Row& row : h) {
        Row logits = linear(head, normed(row, scale.values, bias));
        const double top = *std::ranges::max_element(logits);
        double sum = 0;
        for (const double logit : logits)
            sum += std::exp(logit - top);
        for (double& logit : logits)
            logit -= top + std::log(sum);
        logp.push_back(std::move(logits));
    }
    return logp;
}

RandomModel::Output RandomModel::run(const std::vector<int>& tokens, const std::optional<Override>& patch) const
{
    const Tensor& embedding =
        m_tensors.at(m_architecture == "mamba" ? "backbone.embeddings.weight" : "gpt_neox.embed_in.weight");
    Rows h;
    for (const int id : tokens)
        h.emplace_back(embedding.values.begin() + id * D, embedding.values.begin() + (id + 1) * D);
    Output output;
    for (int layer = 0; layer < layers; ++layer) {
        h = m_architecture == "mamba" ? mambaBlock(layer, h) : neoXBlock(layer, h);
        if (patch && patch->layer == layer)
            h[std::size_t(patch->pos)] = patch->value;
        output.h.push_back(h);
    }
    output.logp = logProbabilities(h);
    return output;
}

}  // namespace mnemo
