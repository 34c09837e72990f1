// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/schema.h"
#include "ui/edit_stack.h"

#include <QString>

namespace mnemo {

/// The line of a terminal that does what the window does.
struct Command {
    QString line;
    int unnamed = 0;  ///< edits that are on and that no file is known of: the line does it without them
};

/// With `--edit` for each edit that the stack knows a file of.
Command withEdits(const QString& line, const EditRefs& edits, const EditStack& stack);

/// `mnemo rome` with every parameter that is not at its default, and the edits that this one was computed on.
/// @param rome the experiment's schema
/// @param edit the finished search
Command editCommand(const ExperimentSchema& rome, const Result& edit, const EditStack& stack, const QString& model);

}  // namespace mnemo
