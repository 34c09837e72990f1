// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/run.h"

namespace mnemo {

void addPatch(CLI::App& app, CommandLine& line)
{
    CLI::App* command = app.add_subcommand("patch", "One run with states replaced by hand");
    command->footer(
        "A patch is SITE@POSITIONS=WHAT: layers.3-5.s@subject_last=clean, …=corrupt, …=zero, …=FILE.npy (set), "
        "…=+FILE.npy (add). Positions: subject, subject_last, last, all, 3, 3-5, 2,4.");
    addRunCommand(*command, line, "patch");
}

}  // namespace mnemo
