// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/selftest_model.h"

#include "core/data/json.h"
#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"
#include "core/io/utf8.h"

#include <span>

namespace mnemo {
namespace {

/// A byte-level vocabulary without merges: printable bytes stand for themselves, the others follow from U+0100.
std::string byteTokenizer()
{
    Json vocabulary = Json::object();
    char32_t next = 0x100;
    for (char32_t byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
        std::string token;
        appendUtf8(token, printable ? byte : next++);
        vocabulary[token] = int(byte);
    }
    const Json json = {
        {"added_tokens", {{{"id", 256}, {"content", "<|endoftext|>"}, {"special", true}, {"normalized", false}}}},
        {"normalizer", nullptr},
        {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
        {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", Json::array()}}}};
    return json.dump();
}

}  // namespace

RandomModel::RandomModel(std::string architecture, std::uint64_t seed)
    : m_architecture(std::move(architecture)), m_state(seed * 2654435761u + 1)
{
    m_architecture == "mamba" ? makeMamba() : makeNeoX();
}

void RandomModel::add(const std::string& name, std::vector<std::int64_t> shape, double mean, double spread)
{
    std::size_t size = 1;
    for (const std::int64_t n : shape)
        size *= std::size_t(n);
    Tensor tensor{std::move(shape), std::vector<float>(size)};
    for (float& value : tensor.values) {
        // SplitMix64: the same numbers on every machine.
        std::uint64_t z = m_state += 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        value = float(mean + spread * (double((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1));
    }
    m_tensors[name] = std::move(tensor);
}

void RandomModel::makeMamba()
{
    m_prefix = "backbone.layers.";
    add("backbone.embeddings.weight", {vocabulary, dModel}, 0, 1);
    add("backbone.norm_f.weight", {dModel}, 1, 0.3);
    for (int layer = 0; layer < layers; ++layer) {
        const std::string at = m_prefix + std::to_string(layer) + ".";
        add(at + "norm.weight", {dModel}, 1, 0.3);
        add(at + "mixer.in_proj.weight", {2 * dInner, dModel}, 0, 0.4);
        add(at + "mixer.conv1d.weight", {dInner, 1, taps}, 0, 0.8);
        add(at + "mixer.conv1d.bias", {dInner}, 0, 0.2);
        add(at + "mixer.x_proj.weight", {dtRank + 2 * dState, dInner}, 0, 0.4);
        add(at + "mixer.dt_proj.weight", {dInner, dtRank}, 0, 0.4);
        add(at + "mixer.dt_proj.bias", {dInner}, -1, 1);
        add(at + "mixer.A_log", {dInner, dState}, 0, 1);
        add(at + "mixer.D", {dInner}, 1, 0.5);
        add(at + "mixer.out_proj.weight", {dModel, dInner}, 0, 0.4);
    }
}

void RandomModel::makeNeoX()
{
    m_prefix = "gpt_neox.layers.";
    add("gpt_neox.embed_in.weight", {vocabulary, dModel}, 0, 1);
    add("embed_out.weight", {vocabulary, dModel}, 0, 0.5);
    const auto affine = [&](const std::string& name, int out, int in, double mean, double spread) {
        if (in > 0)
            add(name + ".weight", {out, in}, mean, spread);
        else
            add(name + ".weight", {out}, mean, spread);
        add(name + ".bias", {out}, 0, 0.2);
    };
    affine("gpt_neox.final_layer_norm", dModel, 0, 1, 0.3);
    for (int layer = 0; layer < layers; ++layer) {
        const std::string at = m_prefix + std::to_string(layer) + ".";
        affine(at + "input_layernorm", dModel, 0, 1, 0.3);
        affine(at + "post_attention_layernorm", dModel, 0, 1, 0.3);
        affine(at + "attention.query_key_value", 3 * dModel, dModel, 0, 0.4);
        affine(at + "attention.dense", dModel, dModel, 0, 0.4);
        affine(at + "mlp.dense_h_to_4h", 4 * dModel, dModel, 0, 0.4);
        affine(at + "mlp.dense_4h_to_h", dModel, 4 * dModel, 0, 0.3);
    }
}

std::string RandomModel::config() const
{
    Json json = {{"model_type", m_architecture}, {"vocab_size", vocabulary}, {"hidden_size", dModel},
                 {"num_hidden_layers", layers},  {"bos_token_id", 256},      {"eos_token_id", 256}};
    if (m_architecture == "mamba")
        json.update({{"state_size", dState},
                     {"expand", dInner / dModel},
                     {"intermediate_size", dInner},
                     {"conv_kernel", taps},
                     {"time_step_rank", dtRank},
                     {"use_bias", false},
                     {"use_conv_bias", true},
                     {"hidden_act", "silu"},
                     {"layer_norm_epsilon", 1e-5},
                     {"rms_norm", true},
                     {"residual_in_fp32", true},
                     {"tie_word_embeddings", true}});
    else
        json.update({{"num_attention_heads", heads},
                     {"intermediate_size", 4 * dModel},
                     {"max_position_embeddings", 64},
                     {"rotary_pct", 0.25},
                     {"rotary_emb_base", 10000},
                     {"layer_norm_eps", 1e-5},
                     {"hidden_act", "gelu"},
                     {"use_parallel_residual", true},
                     {"tie_word_embeddings", false}});
    return json.dump();
}

void RandomModel::write(const std::filesystem::path& folder) const
{
    std::vector<TensorView> tensors;
    for (const auto& [name, tensor] : m_tensors)
        tensors.push_back({name, Dtype::F32, tensor.shape, std::as_bytes(std::span(tensor.values))});
    writeSafetensors(folder / "model.safetensors", std::move(tensors), {{"format", "pt"}});
    writeFileAtomically(folder / "config.json", config());
    writeFileAtomically(folder / "tokenizer.json", byteTokenizer());
}

}  // namespace mnemo
