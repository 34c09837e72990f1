// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/edits.h"
#include "core/engine/loaded_model.h"
#include "core/io/edit_file.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

namespace mnemo {

/// An edit that the command line names, read.
struct GivenEdit {
    Edit edit;
    double alpha = 1;
};

/// What was given for `--edit DELTA[:alpha]`, which may stand several times. Must outlive the parsing.
struct EditFlags {
    std::vector<std::string> given;

    /// @throws Failure as readEdit; Usage when the same edit is given twice
    std::vector<GivenEdit> read() const;
};
std::shared_ptr<EditFlags> addEditFlags(CLI::App& command);

/// @throws Failure UnknownModel for an edit of another model
Edits editsFor(const std::vector<GivenEdit>& given, const LoadedModel& model);

}  // namespace mnemo
