// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/model_config.h"

#include "core/io/config_reader.h"
#include "core/io/utf8.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr int mostLayers = 4096;
constexpr int widest = 1 << 20;
constexpr int mostTokens = 1 << 24;

int roundUp(int value, int multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

void readCommon(const ConfigReader& reader, ModelConfig& config)
{
    config.hiddenSize = reader.integer({"hidden_size", "d_model"}, 1, widest);
    config.layers = reader.integer({"num_hidden_layers", "n_layer"}, 1, mostLayers);
    config.vocabSize = reader.integer({"vocab_size"}, 1, mostTokens);
    config.eosId = reader.id({"eos_token_id"}, 0);
    config.dtype = reader.text({"torch_dtype", "dtype"}, "");
    if (reader.has({"quantization_config"}))
        reader.unsupported("quantised weights (quantization_config) are not implemented");
}

int timeStepRank(const ConfigReader& reader, int hiddenSize)
{
    const SortedJson* value = reader.find({"time_step_rank", "dt_rank"});
    if (!value || *value == "auto")
        return (hiddenSize + 15) / 16;
    return reader.integer({"time_step_rank", "dt_rank"}, 1, widest);
}

/// Sizes of the block: Hugging Face has them at the top, the original files in ssm_cfg.
void readMambaSizes(const ConfigReader& reader, ModelConfig& config)
{
    config.stateSize = reader.integer({"state_size", "d_state"}, 1, 4096, config.stateSize);
    config.convKernel = reader.integer({"conv_kernel", "d_conv"}, 1, 64, config.convKernel);
    const int expand = reader.integer({"expand"}, 1, 64, 2);
    config.innerSize = expand * config.hiddenSize;
    const int given = reader.integer({"intermediate_size", "d_inner"}, 1, widest * 64, config.innerSize);
    if (given != config.innerSize)
        reader.damaged("intermediate_size is " + std::to_string(given) + " and expand × hidden_size is " +
                       std::to_string(config.innerSize));
    config.timeStepRank = timeStepRank(reader, config.hiddenSize);
}

void readMamba(const ConfigReader& reader, ModelConfig& config)
{
    const ConfigReader ssm = reader.object({"ssm_cfg"});
    const std::string layer = ssm.text({"layer"}, "Mamba1");
    if (layer != "Mamba1")
        reader.unsupported("the layer type " + layer + " is not implemented; this is no Mamba-1 model");
    if (const SortedJson* attention = reader.find({"attn_layer_idx"}); attention && !attention->empty())
        reader.unsupported("attention layers between Mamba layers (attn_layer_idx) are not implemented");
    if (reader.integer({"d_intermediate"}, 0, widest, 0) != 0)
        reader.unsupported("MLP layers between Mamba layers (d_intermediate) are not implemented");
    const std::string activation = reader.text({"hidden_act"}, "silu");
    if (activation != "silu" && activation != "swish")
        reader.unsupported("hidden_act " + activation + " is not implemented for mamba");
    reader.require("use_bias", false, false);
    reader.require("use_conv_bias", true, true);
    reader.require("rms_norm", true, true);
    ssm.require("bias", false, false);
    ssm.require("conv_bias", true, true);
    config.normEps = reader.real({"layer_norm_epsilon", "norm_epsilon"}, 0, 1e-5);
    config.tiedEmbeddings = reader.flag({"tie_word_embeddings", "tie_embeddings"}, true);
    const bool original = !reader.has({"model_type"});
    readMambaSizes(original ? ssm : reader, config);
    if (original)  // the original loader pads the vocabulary itself; Hugging Face files hold the padded size
        config.vocabSize = roundUp(config.vocabSize, reader.integer({"pad_vocab_size_multiple"}, 1, 4096, 8));
}

/// Two spellings: rotary_pct, rotary_emb_base; and rope_parameters {partial_rotary_factor, rope_theta, rope_type}.
void readRotary(const ConfigReader& reader, ModelConfig& config)
{
    const ConfigReader rope = reader.object({"rope_parameters"});
    const ConfigReader scaling = reader.object({"rope_scaling"});
    for (const ConfigReader* part : {&rope, &scaling}) {
        const std::string type = part->text({"rope_type", "type"}, "default");
        if (type != "default")
            reader.unsupported("rotary embeddings of the type " + type + " are not implemented");
    }
    const double share =
        rope.real({"partial_rotary_factor"}, 0, reader.real({"partial_rotary_factor", "rotary_pct"}, 0, 0.25));
    config.rotaryBase = rope.real({"rope_theta"}, 1, reader.real({"rope_theta", "rotary_emb_base"}, 1, 10000));
    if (share > 1)
        reader.damaged("rotary_pct is " + SortedJson(share).dump() + ", more than 1");
    config.rotaryDims = int(config.headSize() * share);
    if (config.rotaryDims < 2 || config.rotaryDims % 2 != 0)
        reader.unsupported("rotating " + std::to_string(config.rotaryDims) + " entries of a head of " +
                           std::to_string(config.headSize()) + " is not implemented");
}

void readGptNeox(const ConfigReader& reader, ModelConfig& config)
{
    config.heads = reader.integer({"num_attention_heads"}, 1, widest);
    if (config.hiddenSize % config.heads != 0)
        reader.damaged("hidden_size " + std::to_string(config.hiddenSize) + " is no multiple of num_attention_heads " +
                       std::to_string(config.heads));
    config.intermediateSize = reader.integer({"intermediate_size"}, 1, widest * 64);
    config.maxPositions = reader.integer({"max_position_embeddings"}, 1, 1 << 30, 2048);
    const std::string activation = reader.text({"hidden_act"}, "gelu");
    if (activation != "gelu")
        reader.unsupported("hidden_act " + activation + " is not implemented for gpt_neox");
    reader.require("attention_bias", true, true);
    config.parallelResidual = reader.flag({"use_parallel_residual"}, true);
    config.normEps = reader.real({"layer_norm_eps"}, 0, 1e-5);
    config.tiedEmbeddings = reader.flag({"tie_word_embeddings"}, false);
    readRotary(reader, config);
}

}  // namespace

ModelConfig parseModelConfig(const SortedJson& json, const std::string& file, const std::vector<std::string>& types)
{
    const ConfigReader reader(json, file);
    if (!json.is_object())
        reader.damaged("it is not a JSON object");
    ModelConfig config;
    // The original state-spaces files name no type; theirs are the keys d_model and n_layer.
    const bool original = reader.has({"d_model"}) && reader.has({"n_layer"});
    if (!reader.has({"model_type"}) && !original)
        reader.damaged("model_type is missing");
    config.modelType = reader.text({"model_type"}, "mamba");
    if (std::ranges::find(types, config.modelType) == types.end())
        reader.unsupported("models of the type \"" + config.modelType + "\" are not implemented");
    readCommon(reader, config);
    if (config.modelType == "mamba")
        readMamba(reader, config);
    else if (config.modelType == "gpt_neox")
        readGptNeox(reader, config);
    return config;
}

ModelConfig readModelConfig(const std::filesystem::path& folder, const std::vector<std::string>& types)
{
    const auto file = folder / "config.json";
    return parseModelConfig(readJsonFile(file, 1 << 20), shown(file), types);
}

}  // namespace mnemo
