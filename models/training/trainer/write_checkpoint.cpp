// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/trainer/write_checkpoint.h"

#include <ATen/ATen.h>

#include "core/data/json.h"
#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"

namespace mnemo {
namespace {

Json common(const ModelConfig& c, const char* architecture)
{
    return {
        {"architectures", {architecture}}, {"model_type", c.modelType},     {"vocab_size", c.vocabSize},
        {"hidden_size", c.hiddenSize},     {"num_hidden_layers", c.layers}, {"tie_word_embeddings", c.tiedEmbeddings},
        {"torch_dtype", c.dtype},          {"bos_token_id", c.eosId},       {"eos_token_id", c.eosId}};
}

Json mambaJson(const ModelConfig& c)
{
    Json json = common(c, "MambaForCausalLM");
    json.update({{"state_size", c.stateSize},
                 {"expand", c.innerSize / c.hiddenSize},
                 {"intermediate_size", c.innerSize},
                 {"conv_kernel", c.convKernel},
                 {"time_step_rank", c.timeStepRank},
                 {"use_bias", false},
                 {"use_conv_bias", true},
                 {"hidden_act", "silu"},
                 {"layer_norm_epsilon", c.normEps},
                 {"rms_norm", true},
                 {"residual_in_fp32", true},
                 {"pad_token_id", c.eosId}});
    return json;
}

Json gptNeoxJson(const ModelConfig& c)
{
    Json json = common(c, "GPTNeoXForCausalLM");
    json.update({{"num_attention_heads", c.heads},
                 {"intermediate_size", c.intermediateSize},
                 {"max_position_embeddings", c.maxPositions},
                 {"rotary_pct", double(c.rotaryDims) / c.headSize()},
                 {"rotary_emb_base", c.rotaryBase},
                 {"hidden_act", "gelu"},
                 {"layer_norm_eps", c.normEps},
                 {"use_parallel_residual", c.parallelResidual},
                 {"attention_bias", true}});
    return json;
}

}  // namespace

void writeCheckpoint(const std::filesystem::path& folder, const ModelConfig& config,
                     const std::vector<Parameter>& parameters)
{
    std::filesystem::create_directories(folder);
    std::vector<at::Tensor> kept;
    std::vector<TensorView> views;
    for (const Parameter& parameter : parameters) {
        kept.push_back(parameter.value.detach().to(at::kBFloat16).contiguous());
        const at::Tensor& half = kept.back();
        const std::span<const at::BFloat16> entries(half.data_ptr<at::BFloat16>(), std::size_t(half.numel()));
        views.push_back({parameter.name, Dtype::BF16, half.sizes().vec(), std::as_bytes(entries)});
    }
    const Json json = config.modelType == "mamba" ? mambaJson(config) : gptNeoxJson(config);
    writeSafetensors(folder / "model.safetensors", std::move(views), {{"format", "pt"}});
    writeFileAtomically(folder / "config.json", json.dump(1) + "\n");
}

}  // namespace mnemo
