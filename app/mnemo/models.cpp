// SPDX-License-Identifier: GPL-3.0-or-later
// models list, models info: what can be traced, without reading a single weight. (models export: export_model.cpp)
#include "app/mnemo/command_line.h"
#include "core/engine/free_memory.h"
#include "core/io/catalog.h"
#include "core/io/model_config.h"
#include "core/io/tokenizer.h"
#include "core/io/utf8.h"
#include "core/io/weight_files.h"
#include "models/memory_need.h"

#include <algorithm>
#include <iostream>
#include <memory>

namespace mnemo {
namespace {

namespace fs = std::filesystem;

std::string dumped(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json siteNames(const std::vector<SiteKind>& kinds)
{
    Json list = Json::array();
    for (const SiteKind kind : kinds)
        list.push_back(siteName(kind));
    return list;
}

Json tensorList(const WeightFiles& weights)
{
    Json list = Json::array();
    for (const std::string& name : weights.names()) {
        const TensorView& tensor = weights.get(name);
        list.push_back({{"name", name},
                        {"dtype", dtypeName(tensor.dtype)},
                        {"shape", tensor.shape},
                        {"bytes", tensor.bytes.size()}});
    }
    return list;
}

std::int64_t parameterCount(const WeightFiles& weights)
{
    std::int64_t count = 0;
    for (const std::string& name : weights.names())
        count += weights.get(name).size();
    return count;
}

/// Everything about a checkpoint that its headers say.
Json describeFolder(const fs::path& folder, const std::vector<Architecture>& architectures)
{
    const ModelConfig config = readConfigFor(folder, architectures);
    const Architecture& architecture = architectureOf(config, architectures);
    const WeightFiles weights(folder);
    const std::unique_ptr<Tokenizer> tokenizer = loadTokenizer(folder);
    return {{"schema", "mnemo.model/1"},
            {"name", folder.filename().empty() ? shown(folder.parent_path().filename()) : shown(folder.filename())},
            {"folder", shown(folder)},
            {"demonstration", isDemonstration(folder)},
            {"architecture", config.modelType},
            {"layers", config.layers},
            {"d_model", config.hiddenSize},
            {"vocabulary", config.vocabSize},
            {"context", config.maxPositions > 0 ? Json(config.maxPositions) : Json(nullptr)},
            {"parameters", parameterCount(weights)},
            {"bytes", weights.bytes()},
            {"dtype", config.dtype},
            {"tokenizer", {{"kind", tokenizer->kind()}, {"size", tokenizer->size()}, {"eos", tokenizer->eosId()}}},
            {"sites", siteNames(architecture.sites)},
            {"trace_sites", siteNames(architecture.traceSites)},
            {"matrices", architecture.matrices},
            {"memory", memoryNeeds(config, architecture)},
            {"tensors", tensorList(weights)}};
}

/// One line of the list. A checkpoint that is here and cannot be read is listed with the reason.
Json describeEntry(const CatalogEntry& entry, const std::vector<Architecture>& architectures)
{
    Json json = {{"name", entry.name},
                 {"repo", entry.repo.empty() ? Json(nullptr) : Json(entry.repo)},
                 {"summary", entry.summary},
                 {"demonstration", entry.demonstration},
                 {"present", entry.folder.has_value()},
                 {"folder", entry.folder ? Json(shown(*entry.folder)) : Json(nullptr)},
                 {"architecture", entry.modelType},
                 {"layers", entry.layers},
                 {"parameters", entry.parameters}};
    if (!entry.folder)
        return json;
    try {
        const Json model = describeFolder(*entry.folder, architectures);
        for (const char* key : {"architecture", "layers", "parameters", "bytes"})
            json[key] = model[key];
    } catch (const Failure& failure) {
        json["error"] = failure.error().message;
    }
    return json;
}

std::string cell(std::string text, std::size_t width)
{
    text.resize(std::max(text.size() + 1, width), ' ');
    return text;
}

std::string millions(const Json& count)
{
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.2f M", count.get<double>() / 1e6);
    return buffer;
}

void printList(const Json& models)
{
    std::cout << cell("name", 24) << cell("architecture", 14) << cell("parameters", 12) << cell("here", 6) << "note\n";
    for (const Json& model : models) {
        std::string note = model["demonstration"].get<bool>() ? "demonstration; " : "";
        note += model.contains("error") ? model["error"].get<std::string>() : model["summary"].get<std::string>();
        std::cout << cell(model["name"], 24) << cell(model["architecture"], 14)
                  << cell(millions(model["parameters"]), 12) << cell(model["present"].get<bool>() ? "yes" : "no", 6)
                  << note << "\n";
    }
}

std::string joined(const Json& words)
{
    std::string text;
    for (const Json& word : words)
        text += (text.empty() ? "" : " ") + word.get<std::string>();
    return text;
}

std::string gibibytes(const Json& bytes)
{
    char buffer[40];
    const double count = bytes.get<double>();
    if (count < double(1 << 30))
        std::snprintf(buffer, sizeof buffer, "%.0f MiB", std::max(1.0, count / double(1 << 20)));
    else
        std::snprintf(buffer, sizeof buffer, "%.1f GiB", count / double(1 << 30));
    return buffer;
}

/// What it takes before it is loaded, and what there is.
void printNeeds(const Json& memory)
{
    for (const char* dtype : {"f32", "bf16"}) {
        const Json& need = memory[dtype];
        std::cout << cell(std::string("memory, ") + dtype, 14) << "weights " << gibibytes(need["weights"])
                  << ", trace of " << memory["tokens"].dump() << " tokens " << gibibytes(need["trace"])
                  << " more, ROME " << gibibytes(need["rome"]) << " more (about)\n";
    }
    std::cout << cell("", 14) << "free now: " << gibibytes(memory["free"]) << " (CPU)\n";
}

void printInfo(const Json& model, bool withTensors)
{
    const auto line = [](const char* name, const std::string& value) { std::cout << cell(name, 14) << value << "\n"; };
    line("name", model["name"].get<std::string>() + (model["demonstration"].get<bool>() ? " (demonstration)" : ""));
    line("folder", model["folder"]);
    line("architecture", model["architecture"]);
    for (const char* key : {"layers", "d_model", "vocabulary"})
        line(key, model[key].dump());
    line("context", model["context"].is_null() ? "unbounded" : model["context"].dump() + " tokens");
    line("parameters", millions(model["parameters"]) + ", " + model["bytes"].dump() + " bytes of tensors, " +
                           model["dtype"].get<std::string>());
    line("tokenizer",
         model["tokenizer"]["kind"].get<std::string>() + ", " + model["tokenizer"]["size"].dump() + " tokens");
    line("sites", joined(model["sites"]));
    line("traced sites", joined(model["trace_sites"]));
    line("matrices", joined(model["matrices"]));
    printNeeds(model["memory"]);
    line("tensors", std::to_string(model["tensors"].size()) + (withTensors ? "" : " (-v lists them)"));
    for (const Json& tensor : model["tensors"])
        if (withTensors)
            std::cout << "  " << cell(tensor["name"], 60) << cell(tensor["dtype"], 5) << tensor["shape"].dump() << "\n";
}

int listModels(const CommandLine& line)
{
    Json models = Json::array();
    for (const CatalogEntry& entry : readCatalog())
        models.push_back(describeEntry(entry, line.architectures));
    if (line.global.json)
        std::cout << dumped({{"schema", "mnemo.models/1"}, {"models", models}}) << "\n";
    else
        printList(models);
    return Ok;
}

int modelInfo(const CommandLine& line, const std::string& model)
{
    Json info = describeFolder(resolveModel(model), line.architectures);
    info["memory"]["free"] = freeMemory(at::kCPU);
    if (line.global.json)
        std::cout << dumped(info) << "\n";
    else
        printInfo(info, line.global.verbose);
    return Ok;
}

}  // namespace

void addModels(CLI::App& app, CommandLine& line)
{
    CLI::App* models = app.add_subcommand("models", "The models there are");
    models->require_subcommand(1);
    CLI::App* list = models->add_subcommand("list", "Names of the catalogue, and whether they are on this machine");
    list->callback([&line] { line.chosen = [&line] { return listModels(line); }; });
    CLI::App* info = models->add_subcommand("info", "One model: sizes, sites, tensors");
    const auto name = std::make_shared<std::string>();
    info->add_option("model", *name, "Folder in Hugging Face format, or a name of the list")
        ->type_name("MODEL")
        ->required();
    info->callback([&line, name] { line.chosen = [&line, name] { return modelInfo(line, *name); }; });
    addExportModel(*models, line);
}

}  // namespace mnemo
