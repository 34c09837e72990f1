// SPDX-License-Identifier: GPL-3.0-or-later
// Where facts are kept: averages over many, and what the head says on the way.
#include "app/mnemo/run.h"

namespace mnemo {
namespace {

void addExperiment(CLI::App& app, CommandLine& line, const char* name, const char* help)
{
    CLI::App* command = app.add_subcommand(name, help);
    const auto request = addRunFlags(*command, line, name);
    command->callback([&line, request] { line.chosen = [&line, request] { return runExperiment(line, *request); }; });
}

}  // namespace

void addAverage(CLI::App& app, CommandLine& line)
{
    addExperiment(app, line, "average", "The average effect of restoring states, over many facts (layers × roles)");
}

void addPaths(CLI::App& app, CommandLine& line)
{
    addExperiment(app, line, "paths", "What a restored state gives back with the same token's later states severed");
}

void addKnockout(CLI::App& app, CommandLine& line)
{
    addExperiment(app, line, "knockout", "What the answer loses when some tokens give nothing to others");
}

void addLens(CLI::App& app, CommandLine& line)
{
    addExperiment(app, line, "lens", "What the model would say after each layer, at every token");
}

void addDla(CLI::App& app, CommandLine& line)
{
    addExperiment(app, line, "dla", "What each block adds to the logit of the target over the foil's");
}

}  // namespace mnemo
