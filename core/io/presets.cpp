// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/presets.h"

#include "core/data/error.h"
#include "core/io/paths.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

namespace mnemo {

std::vector<Preset> readPresets(const std::string& experiment)
{
    const auto file = dataDir() / "presets.json";
    const SortedJson all = readJsonFile(file, 1 << 20);
    std::vector<Preset> presets;
    try {
        for (const SortedJson& json : all.value(experiment, SortedJson::array()))
            presets.push_back({json.at("name").get<std::string>(), json.at("label").get<std::string>(),
                               json.at("help").get<std::string>(), json.value("model", ""),
                               Json::parse(json.at("parameters").dump())});
    } catch (const SortedJson::exception& error) {
        throw Failure(ErrorCode::Damaged, shown(file) + " is damaged: " + repairUtf8(error.what()) + ".",
                      "Install the program's data files again.");
    }
    return presets;
}

const Preset& presetNamed(const std::vector<Preset>& presets, const std::string& name)
{
    std::string known;
    for (const Preset& preset : presets) {
        if (preset.name == name)
            return preset;
        known += (known.empty() ? "" : ", ") + preset.name;
    }
    throw Failure(ErrorCode::Usage, "There is no preset \"" + name + "\".", "Choose one of " + known + ".");
}

}  // namespace mnemo
