// SPDX-License-Identifier: GPL-3.0-or-later
// Where facts are kept: averages over many, and what the head says on the way.
#include "app/mnemo/run.h"

namespace mnemo {

void addAverage(CLI::App& app, CommandLine& line)
{
    addRunCommand(
        *app.add_subcommand("average", "The average effect of restoring states, over many facts (layers × roles)"),
        line, "average");
}

void addPaths(CLI::App& app, CommandLine& line)
{
    addRunCommand(
        *app.add_subcommand("paths", "What a restored state gives back with the same token's later states severed"),
        line, "paths");
}

void addKnockout(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("knockout", "What the answer loses when some tokens give nothing to others"),
                  line, "knockout");
}

void addAttention(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("attention", "How much each token reads of each token before it, per layer"), line,
                  "attention");
}

void addLens(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("lens", "What the model would say after each layer, at every token"), line,
                  "lens");
}

void addDla(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("dla", "What each block adds to the logit of the target over the foil's"), line,
                  "dla");
}

}  // namespace mnemo
