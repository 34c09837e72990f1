// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/run.h"

namespace mnemo {

void addRome(CLI::App& app, CommandLine& line)
{
    CLI::App* command = app.add_subcommand("rome", "Change a fact: a rank-one edit of one matrix (ROME)");
    command->footer(
        "-o FILE.safetensors writes the edit; every command with a prompt takes it again with --edit FILE.safetensors, "
        "at half its strength with --edit FILE.safetensors:0.5.");
    const auto request = addRunCommand(*command, line, "rome");
    command->add_option("--preset", request->preset, "Settings by name, such as paper or quick")->type_name("NAME");
}

void addStats(CLI::App& app, CommandLine& line)
{
    CLI::App* stats = app.add_subcommand("stats", "Statistics of a matrix's inputs: ROME's covariance");
    stats->require_subcommand(1);
    addRunCommand(*stats->add_subcommand("show", "Sum them up, keep them, and say what they are like"), line, "stats",
                  {"moment"});
    CLI::App* write = stats->add_subcommand("export", "Write C = Σ x xᵀ / n to -o FILE.npy, float64 [inputs, inputs]");
    const auto request = addRunCommand(*write, line, "stats", {"moment"});
    request->forced["moment"] = true;
    write->get_option("--output")->required();
}

void addPrompts(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("prompts", "What the model says behind many prompts, without and with --edit"),
                  line, "prompts");
}

}  // namespace mnemo
