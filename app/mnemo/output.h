// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <filesystem>
#include <string_view>

namespace mnemo {

/// Checks before any work is done that `file` has an extension this kind of result can be written as, and that its
/// folder can be written to. Figures also need the window program.
/// @throws Failure Usage naming the known extensions; WriteFailed naming the folder; NotFound without mnemoscope
void checkOutput(std::string_view kind, const std::filesystem::path& file);

/// Writes .json, .csv, .npy, .safetensors, .mnemo, .svg, .png or .pdf, each through a temporary file.
/// @throws Failure as checkOutput
void writeOutput(const Result& result, const std::filesystem::path& file);

/// Throws WriteFailed naming the folder when a file cannot be created in it.
void checkFolder(const std::filesystem::path& file);

}  // namespace mnemo
