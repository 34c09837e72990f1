// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/trainer/recipe.h"

#include <map>
#include <variant>

#include "core/data/error.h"
#include "core/io/strict_json.h"

namespace mnemo {
namespace {

using Field = std::variant<int*, double*, std::uint64_t*, bool*, std::string*, std::vector<int>*>;
using Fields = std::map<std::string, Field>;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& key, const std::string& problem)
{
    throw Failure(ErrorCode::Damaged, "The recipe " + file.string() + ": \"" + key + "\" " + problem + ".",
                  "See models/training/README.md for its keys.");
}

void fill(const SortedJson& json, const Fields& fields, const std::filesystem::path& file, const std::string& section)
{
    if (!json.is_object())
        fail(file, section, "is no object");
    for (const auto& [key, value] : json.items()) {
        const auto found = fields.find(key);
        const std::string path = section + "." + key;
        if (found == fields.end())
            fail(file, path, "is not known");
        try {
            std::visit([&value](auto* field) { *field = value.template get<std::decay_t<decltype(*field)>>(); },
                       found->second);
        } catch (const SortedJson::exception&) {
            fail(file, path, "has the wrong type");
        }
    }
}

Fields modelFields(ModelConfig& m)
{
    return {{"model_type", &m.modelType},      {"hidden_size", &m.hiddenSize}, {"layers", &m.layers},
            {"state_size", &m.stateSize},      {"conv_kernel", &m.convKernel}, {"heads", &m.heads},
            {"max_positions", &m.maxPositions}};
}

Fields textFields(TextRecipe& t)
{
    return {{"facts", &t.facts}, {"ioi", &t.ioi},         {"tags", &t.tags},        {"pairs", &t.pairs},
            {"noise", &t.noise}, {"openers", &t.openers}, {"invented", &t.invented}};
}

Fields vocabularyFields(VocabularyRecipe& v)
{
    return {{"size", &v.size},
            {"sentences", &v.sentences},
            {"object_repeats", &v.objectRepeats},
            {"word_repeats", &v.wordRepeats},
            {"one_word_repeats", &v.oneWordRepeats},
            {"seed", &v.seed}};
}

Fields trainingFields(TrainingSteps& t)
{
    return {{"steps", &t.steps},         {"rows", &t.rows},
            {"length", &t.length},       {"learning_rate", &t.learningRate},
            {"warm_up", &t.warmUp},      {"weight_decay", &t.weightDecay},
            {"beta1", &t.beta1},         {"beta2", &t.beta2},
            {"clip", &t.clip},           {"other_weight", &t.otherWeight},
            {"save_every", &t.saveEvery}};
}

/// What follows from the sizes that are given, as Mamba and Pythia choose it.
void complete(ModelConfig& m, const std::filesystem::path& file)
{
    if (m.hiddenSize <= 0 || m.layers <= 0)
        fail(file, "model", "needs hidden_size and layers");
    m.dtype = "bfloat16";
    if (m.modelType == "mamba") {
        m.innerSize = 2 * m.hiddenSize;
        m.timeStepRank = (m.hiddenSize + 15) / 16;
        m.tiedEmbeddings = true;
    } else if (m.modelType == "gpt_neox") {
        if (m.heads <= 0 || m.hiddenSize % m.heads != 0)
            fail(file, "model.heads", "does not divide hidden_size");
        m.intermediateSize = 4 * m.hiddenSize;
        m.maxPositions = m.maxPositions > 0 ? m.maxPositions : 256;
        m.rotaryDims = m.headSize() / 4 / 2 * 2;
        m.tiedEmbeddings = false;
    } else {
        fail(file, "model.model_type", "is neither mamba nor gpt_neox");
    }
}

}  // namespace

TrainingRecipe readRecipe(const std::filesystem::path& file)
{
    const SortedJson json = readJsonFile(file);
    TrainingRecipe recipe;
    const std::map<std::string, Fields> sections{{"model", modelFields(recipe.model)},
                                                 {"text", textFields(recipe.text)},
                                                 {"vocabulary", vocabularyFields(recipe.vocabulary)},
                                                 {"training", trainingFields(recipe.training)},
                                                 {"local",
                                                  {{"short_memory", &recipe.local.shortMemory},
                                                   {"stateless", &recipe.local.stateless},
                                                   {"reach", &recipe.local.reach}}}};
    if (!json.is_object())
        fail(file, "", "is no object");
    for (const auto& [key, value] : json.items()) {
        if (key == "seed" && value.is_number_unsigned())
            recipe.seed = value.get<std::uint64_t>();
        else if (const auto section = sections.find(key); section != sections.end())
            fill(value, section->second, file, key);
        else
            fail(file, key, "is not known");
    }
    complete(recipe.model, file);
    return recipe;
}

}  // namespace mnemo
