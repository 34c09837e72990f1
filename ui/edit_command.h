// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/schema.h"
#include "ui/edit_stack.h"

#include <QString>

namespace mnemo {

/// The line of a terminal that makes an edit.
struct EditCommand {
    QString line;
    int unnamed = 0;  ///< edits that it was computed on and that no file is known of: the line makes it without them
};

/// `mnemo rome` with every parameter that is not at its default, and `--edit` for each edit that it was computed on and
/// that the stack knows a file of.
/// @param rome the experiment's schema
EditCommand editCommand(const ExperimentSchema& rome, const EditOrigin& edit, const EditStack& stack,
                        const QString& model);

}  // namespace mnemo
