// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/run.h"

namespace mnemo {

void addStates(CLI::App& app, CommandLine& line)
{
    CLI::App* command = app.add_subcommand("states", "The states of a run, as tensors");
    command->footer("A site is named layers.17.s, layers.3-5.h, layers.*.o, embed or final.");
    addRunCommand(*command, line, "states");
}

}  // namespace mnemo
