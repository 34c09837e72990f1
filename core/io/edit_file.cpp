// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/edit_file.h"

#include "core/data/computed_array.h"
#include "core/data/error.h"
#include "core/io/safetensors.h"
#include "core/io/sha256.h"
#include "core/io/utf8.h"

#include <array>
#include <cmath>

namespace mnemo {
namespace {

constexpr const char* schema = "mnemo.edit/1";

/// Arrays of a result, and the names their vectors have in a file.
constexpr std::array kept{std::pair{"key", "k_star"}, std::pair{"input", "k_c"}, std::pair{"v0", "v0"},
                          std::pair{"value", "v_star"}};

std::vector<float> vectorOf(const Result& rome, const char* name)
{
    const ArrayPtr array = rome.find(name);
    if (!array || array->axes.size() != 1 || array->values.empty())
        throw Failure(ErrorCode::BadMessage, std::string("The edit has no vector \"") + name + "\".",
                      "Let the search for it end, or run it again.");
    return {array->values.begin(), array->values.end()};
}

Failure damaged(const std::filesystem::path& file, const std::string& what)
{
    return {ErrorCode::Damaged, "The edit " + shown(file) + " " + what + ".", "Write it again with `mnemo rome`."};
}

std::vector<float> readVector(const SafetensorsFile& file, const std::string& name)
{
    const TensorView* tensor = file.find(name);
    if (!tensor || tensor->dtype != Dtype::F32 || tensor->shape.size() != 1 || tensor->shape[0] < 1)
        throw damaged(file.path(), "has no vector \"" + name + "\" of type F32");
    std::vector<float> values = toFloats(*tensor);
    for (const float value : values)
        if (!std::isfinite(value))
            throw damaged(file.path(), "holds a value in \"" + name + "\" that is no number");
    return values;
}

ArrayPtr vectorArray(const char* name, const char* axis, const std::vector<float>& values)
{
    return std::make_shared<const Array>(
        computedArray(name, {numberedAxis(axis, values.size())}, "state", {values.begin(), values.end()}));
}

/// "Edit: … → Rome"
std::string titleOf(const Json& parameters)
{
    const auto text = [&](const char* key) {
        const auto found = parameters.find(key);
        return found != parameters.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    return "Edit: " + text("subject") + " → " + text("target");
}

Json documentOf(const SafetensorsFile& file)
{
    const auto text = file.metadata().find("edit");
    if (text == file.metadata().end())
        throw damaged(file.path(), "is a safetensors file of something else: its metadata has no \"edit\"");
    const Json document = Json::parse(text->second, nullptr, false);
    if (!document.is_object() || document.value("schema", "") != schema)
        throw damaged(file.path(), std::string("does not say that it is ") + schema);
    return document;
}

}  // namespace

Json toJson(const Edit& edit)
{
    return {{"hash", edit.term.hash},       {"matrix", edit.term.matrix},    {"layer", edit.term.layer},
            {"model", edit.model},          {"parameters", edit.parameters}, {"head", edit.head},
            {"provenance", edit.provenance}};
}

std::string hashOf(const EditTerm& term)
{
    Sha256 hash;
    hash.add(term.matrix + " " + std::to_string(term.layer) + " " + std::to_string(term.u.size()) + " ");
    hash.add(std::as_bytes(std::span(term.u)));
    hash.add(std::as_bytes(std::span(term.v)));
    return hash.hex();
}

Edit editOf(const Result& rome)
{
    Edit edit{{}, rome.model, rome.parameters, rome.head, rome.provenance};
    edit.term = {
        {}, rome.head.value("matrix", ""), rome.head.value("layer", -1), vectorOf(rome, "u"), vectorOf(rome, "v")};
    edit.term.hash = hashOf(edit.term);
    return edit;
}

void writeEdit(const Result& rome, const std::filesystem::path& file)
{
    const Edit edit = editOf(rome);
    const std::string module = edit.head.value("module", edit.term.matrix);
    std::vector<std::vector<float>> vectors{edit.term.u, edit.term.v};
    std::vector<std::string> names{module + ".u", module + ".v"};
    for (const auto& [array, name] : kept) {
        vectors.push_back(vectorOf(rome, array));
        names.emplace_back(name);
    }
    std::vector<TensorView> tensors;
    for (std::size_t i = 0; i < vectors.size(); ++i)
        tensors.push_back(
            {names[i], Dtype::F32, {std::int64_t(vectors[i].size())}, std::as_bytes(std::span(vectors[i]))});
    Json document{{"schema", schema}, {"module", module}};
    document.update(toJson(edit));
    writeSafetensors(file, std::move(tensors),
                     {{"format", "pt"}, {"edit", document.dump(-1, ' ', false, Json::error_handler_t::replace)}});
}

Result readRome(const std::filesystem::path& path)
{
    const SafetensorsFile file(path);
    const Json document = documentOf(file);
    try {
        Result rome;
        rome.kind = "rome";
        rome.model = document.at("model");
        rome.parameters = document.at("parameters");
        rome.head = document.at("head");
        rome.provenance = document.at("provenance");
        rome.head["matrix"] = document.at("matrix").get<std::string>();
        rome.head["layer"] = document.at("layer").get<int>();
        rome.title = titleOf(rome.parameters);
        rome.model.at("hash").get<std::string>();
        const auto module = document.at("module").get<std::string>();
        rome.arrays = {vectorArray("u", "output", readVector(file, module + ".u")),
                       vectorArray("v", "input", readVector(file, module + ".v"))};
        for (const auto& [array, name] : kept)
            rome.arrays.push_back(vectorArray(array, "entry", readVector(file, name)));
        if (document.at("hash") != editOf(rome).term.hash)
            throw damaged(path, "does not have the vectors that its hash names");
        return rome;
    } catch (const Json::exception&) {
        throw damaged(path, "lacks a part of its description");
    }
}

Edit readEdit(const std::filesystem::path& path)
{
    return editOf(readRome(path));
}

void checkMadeFor(const Edit& edit, const Json& model)
{
    if (edit.model.value("hash", "") == model.value("hash", ""))
        return;
    throw Failure(ErrorCode::UnknownModel,
                  "The edit of " + edit.term.matrix + " in layer " + std::to_string(edit.term.layer) +
                      " was made for the model " + edit.model.value("name", "?") + " (" +
                      edit.model.value("hash", "").substr(0, 15) + "…), not for " + model.value("name", "?") + " (" +
                      model.value("hash", "").substr(0, 15) + "…).",
                  "Choose the model it was made for, or make the edit again.");
}

}  // namespace mnemo
