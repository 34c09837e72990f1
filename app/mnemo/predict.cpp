// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/output.h"
#include "app/mnemo/run.h"
#include "core/io/export.h"
#include "core/io/npy.h"

namespace mnemo {

void addPredict(CLI::App& app, CommandLine& line)
{
    CLI::App* command = app.add_subcommand("predict", "The next token of a prompt");
    const auto request = addRunFlags(*command, line, "predict", {"all_logits"});
    const auto logits = std::make_shared<std::string>();
    command->add_option("--logits", *logits, "Write the logits of every token, float32 [tokens, vocabulary]")
        ->type_name("FILE.npy");
    command->callback([&line, request, logits] {
        line.chosen = [&line, request, logits] {
            if (!logits->empty()) {
                checkFolder(*logits);
                request->forced["all_logits"] = true;
                request->then = [file = *logits](const Result& result) { writeNpy(file, exportLogits(result)); };
            }
            return runExperiment(line, *request);
        };
    });
}

}  // namespace mnemo
