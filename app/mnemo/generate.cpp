// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/run.h"

namespace mnemo {

void addGenerate(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("generate", "How the model goes on with a prompt"), line, "generate");
}

}  // namespace mnemo
