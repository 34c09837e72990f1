// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <string>
#include <vector>

namespace mnemo {

/// Parameters of an experiment that go together, by name. What it does not set keeps its default.
struct Preset {
    std::string name;   ///< "paper": what --preset takes
    std::string label;  ///< for forms
    std::string help;
    std::string model;  ///< of the catalogue; empty: for any
    Json parameters;
};

/// Those of one experiment in presets.json, in the order of the file; none for experiments without presets.
/// @throws Failure Damaged
std::vector<Preset> readPresets(const std::string& experiment);

/// @throws Failure Usage naming those there are
const Preset& presetNamed(const std::vector<Preset>& presets, const std::string& name);

}  // namespace mnemo
