// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/circuit_file.h"
#include "core/io/edit_file.h"
#include "core/io/export.h"
#include "core/io/npy.h"
#include "core/io/safetensors.h"
#include "core/io/utf8.h"

#include <algorithm>

namespace mnemo {
namespace {

/// C of a "stats" result, float64 [inputs, inputs].
void writeMoment(const Result& stats, const std::filesystem::path& file)
{
    const ArrayPtr moment = stats.find("moment");
    if (!moment)
        throw Failure(ErrorCode::Usage, "The statistics were made without C itself.",
                      "Ask for it: `mnemo stats export`.");
    writeNpy(file, {moment->axes[0].size(), moment->axes[1].size()}, moment->values);
}

}  // namespace

std::vector<std::string> exportExtensions(std::string_view kind)
{
    if (kind == "trace")
        return {".json", ".csv", ".npy"};
    if (kind == "states")
        return {".json", ".safetensors"};
    if (kind == "stats")
        return {".json", ".npy"};
    if (kind == "rome")
        return {".json", ".csv", ".safetensors"};
    if (kind == "circuit")
        return {".json", ".csv", ".dot", ".graphml"};
    if (kind == "predict" || kind == "patch" || kind == "prompts")
        return {".json"};
    return {".json", ".csv"};
}

void exportTensors(const Result& result, const std::filesystem::path& file)
{
    std::vector<HostTensor> values;
    for (const ArrayPtr& array : result.arrays)
        values.push_back(toTensor(*array));
    std::vector<TensorView> tensors;
    for (std::size_t i = 0; i < values.size(); ++i)
        tensors.push_back(
            {result.arrays[i]->name, Dtype::F32, values[i].shape, std::as_bytes(std::span(values[i].values))});
    const TensorMetadata metadata{{"format", "mnemo." + result.kind},
                                  {"model", result.model.dump()},
                                  {"parameters", result.parameters.dump()},
                                  {"head", result.head.dump()},
                                  {"provenance", result.provenance.dump()}};
    writeSafetensors(file, std::move(tensors), metadata);
}

void exportFile(const Result& result, const std::filesystem::path& file)
{
    const std::string extension = file.extension().string();
    const std::vector<std::string> known = exportExtensions(result.kind);
    if (std::ranges::find(known, extension) == known.end()) {
        std::string names;
        for (const std::string& name : known)
            names += " " + name;
        throw Failure(ErrorCode::Usage, "A " + result.kind + " result cannot be written as " + shown(file) + ".",
                      "Choose one of the extensions" + names + ".");
    }
    if (extension == ".json")
        writeFileAtomically(file, exportJson(result).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
    else if (extension == ".dot" || extension == ".graphml")
        writeCircuit(result, GraphPart::Drawn, file);
    else if (extension == ".csv")
        writeFileAtomically(file, exportCsv(result));
    else if (extension == ".npy" && result.kind == "stats")
        writeMoment(result, file);
    else if (extension == ".npy")
        writeNpy(file, exportProbabilities(result));
    else if (result.kind == "rome")
        writeEdit(result, file);
    else
        exportTensors(result, file);
}

}  // namespace mnemo
