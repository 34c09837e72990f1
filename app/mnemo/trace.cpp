// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/run.h"

namespace mnemo {

void addTrace(CLI::App& app, CommandLine& line)
{
    CLI::App* command = app.add_subcommand(
        "trace", "Where a fact is kept: the effect of restoring one state at a time (layers × tokens)");
    // first_positions only orders the work for the window; the command line waits for all of it.
    addRunCommand(*command, line, "trace", {"first_positions"});
}

}  // namespace mnemo
