// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/run.h"

#include "app/mnemo/output.h"
#include "core/engine/free_memory.h"
#include "core/io/catalog.h"
#include "core/io/export.h"
#include "core/io/presets.h"

#include <cstdio>
#include <iostream>

namespace mnemo {
namespace {

void deliver(const Result& result, const RunRequest& request, bool json)
{
    if (!request.output.empty())
        writeOutput(result, request.output);
    // With -o the file holds the result; --json then prints nothing twice.
    else if (json)
        std::cout << exportJson(result).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
    else
        std::cout << readableText(result);
    std::cout.flush();
    if (!std::cout)
        throw Failure(ErrorCode::WriteFailed, "The result cannot be written to standard output.",
                      "Write it to a file with -o FILE.json.");
    if (request.then)
        request.then(result);
}

/// The engine cuts its batches to --memory, but one token's residual, block and logits must fit.
/// @throws Failure OutOfMemory
void checkMemory(const GlobalOptions& options, const LanguageModel& model)
{
    const ModelInfo& info = model.info();
    const std::int64_t least = std::int64_t(sizeof(float)) * (info.vocabRows + 8 * std::int64_t(info.dModel));
    if (!options.memory.empty() && options.memoryBytes() < least)
        throw Failure(ErrorCode::OutOfMemory,
                      "--memory " + options.memory + " is not enough: one token of this model needs " +
                          std::to_string(least) + " bytes.",
                      "Allow more, such as --memory 512M.");
}

}  // namespace

Json completeParameters(const CommandLine& line, const Json& given, const ExperimentSchema& schema)
{
    Json parameters = given;
    if (schema.has("seed") && line.global.seed && !parameters.contains("seed"))
        parameters["seed"] = *line.global.seed;
    return schema.complete(parameters);
}

ExperimentContext contextOf(const CommandLine& line, const LoadedModel& model)
{
    return {model, {}, memoryBudget(line.global.memoryBytes(), model.model->options().device())};
}

RunOutcome runOrStop(const Experiment& experiment, const Json& parameters, const ExperimentContext& context,
                     ConsoleReporter& reporter)
{
    RunOutcome outcome;
    try {
        outcome.result = std::make_shared<const Result>(experiment.run(parameters, context, reporter));
    } catch (const Cancelled&) {
        outcome = {reporter.snapshot(), true};
    }
    reporter.clearBar();
    return outcome;
}

void sayStopped(const CommandLine& line, bool written)
{
    if (line.global.json)
        std::fprintf(stderr, "%s\n", R"({"event":"stopped"})");
    else
        std::fprintf(stderr, "mnemo: stopped; %s\n", written ? "what is done was written" : "nothing was done yet");
}

std::shared_ptr<RunRequest> addRunFlags(CLI::App& command, const CommandLine& line, const std::string& experiment,
                                        std::initializer_list<std::string_view> hidden)
{
    auto request = std::make_shared<RunRequest>();
    request->experiment = experiment;
    command.add_option("-m,--model", request->model, "Folder in Hugging Face format, or a name of `mnemo models list`")
        ->type_name("MODEL")
        ->required();
    command.add_option("-o,--output", request->output, "Write the result here; the extension chooses the form")
        ->type_name("FILE");
    request->edits = addEditFlags(command);
    request->flags = addSchemaFlags(command, line.experiment(experiment).schema, hidden);
    return request;
}

std::shared_ptr<RunRequest> addRunCommand(CLI::App& command, CommandLine& line, const std::string& experiment,
                                          std::initializer_list<std::string_view> hidden)
{
    const auto request = addRunFlags(command, line, experiment, hidden);
    command.callback([&line, request] { line.chosen = [&line, request] { return runExperiment(line, *request); }; });
    return request;
}

LoadedModel loadNamedModel(const CommandLine& line, const std::string& model, Reporter& reporter,
                           const std::string& dtype)
{
    LoadOptions options = line.global.loadOptions();
    if (!dtype.empty())
        options.dtype = dtype;
    LoadedModel loaded = loadCheckpoint(resolveModel(model), options, line.architectures, reporter);
    checkMemory(line.global, *loaded.model);
    return loaded;
}

int runExperiment(const CommandLine& line, const RunRequest& request)
{
    // Everything that can be wrong with the line is said before the model is read.
    const Experiment& experiment = line.experiment(request.experiment);
    Json given = Json::object();
    if (!request.preset.empty())
        given = presetNamed(readPresets(request.experiment), request.preset).parameters;
    given.update(request.flags->given());
    given.update(request.forced);
    const Json parameters = completeParameters(line, given, experiment.schema);
    if (!request.output.empty())
        checkOutput(request.experiment, request.output);
    const std::vector<GivenEdit> edits = request.edits->read();

    ConsoleReporter reporter(progressStyle(line.global.json, line.global.quiet), line.global.verbose);
    const LoadedModel model = loadNamedModel(line, request.model, reporter);
    ExperimentContext context = contextOf(line, model);
    context.edits = editsFor(edits, model);
    const auto [result, stopped] = runOrStop(experiment, parameters, context, reporter);
    if (result)
        deliver(*result, request, line.global.json);
    if (stopped)
        sayStopped(line, result != nullptr);
    return stopped ? CancelledRun : Ok;
}

}  // namespace mnemo
