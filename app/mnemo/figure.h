// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <filesystem>
#include <string>

namespace mnemo {

/// The window program, beside this one or in PATH. @throws Failure NotFound naming the formats that need nothing
std::filesystem::path findWindowProgram();

/// Draws a result as .svg, .png or .pdf: a temporary session, rendered by `mnemoscope --render` without a display.
/// @param part key of one of its plots (`mnemoscope --render --part`); empty: all of them
/// @throws Failure NotFound without the window program, WriteFailed when it draws nothing
void writeFigure(const Result& result, const std::filesystem::path& file, const std::string& part = {});

}  // namespace mnemo
