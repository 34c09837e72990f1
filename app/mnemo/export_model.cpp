// SPDX-License-Identifier: GPL-3.0-or-later
// models export: a whole checkpoint with edits in its weights, for other programs.
#include "app/mnemo/edits.h"
#include "app/mnemo/run.h"
#include "core/experiments/fact.h"
#include "core/io/edited_checkpoint.h"

#include <cstdio>
#include <iostream>

namespace mnemo {
namespace {

struct ExportRequest {
    std::string model;
    std::filesystem::path folder;
    bool asFloat = false;
    std::shared_ptr<EditFlags> edits;
};

/// The bare prompt of each edit, and its new object: parameters of a prediction.
std::vector<Json> questionsOf(const std::vector<GivenEdit>& given, const Tokenizer& tokenizer)
{
    std::vector<Json> questions;
    for (const GivenEdit& one : given) {
        const Json& asked = one.edit.parameters;
        const FilledPrompt filled =
            fillPrompt(asked.value("prompt", ""), asked.value("subject", ""), Prefix::None, tokenizer);
        questions.push_back({{"prompt", filled.prompt.text},
                             {"prefix", asked.value("prefix", "none")},
                             {"target", asked.value("target", "")}});
    }
    return questions;
}

/// How probable each new object is (its first token).
std::vector<double> answers(const CommandLine& line, const std::vector<Json>& questions,
                            const ExperimentContext& context, Reporter& reporter)
{
    const Experiment& predict = line.experiment("predict");
    std::vector<double> p;
    for (const Json& question : questions)
        p.push_back(
            predict.run(predict.schema.complete(question), context, reporter).head["target"]["p"].get<double>());
    return p;
}

struct Answers {
    std::vector<Json> questions;
    std::vector<double> before, edited, written;
};

Json reportOf(const ExportRequest& request, const std::vector<GivenEdit>& given, const Answers& p)
{
    Json edits = Json::array();
    for (std::size_t i = 0; i < given.size(); ++i) {
        edits.push_back({{"hash", given[i].edit.term.hash},
                         {"matrix", given[i].edit.term.matrix},
                         {"layer", given[i].edit.term.layer},
                         {"alpha", given[i].alpha},
                         {"prompt", p.questions[i]["prompt"]},
                         {"target", p.questions[i]["target"]},
                         {"p_before", p.before[i]},
                         {"p_edited", p.edited[i]},
                         {"p_written", p.written[i]}});
    }
    return {{"schema", "mnemo.export/1"},
            {"folder", request.folder.string()},
            {"type", request.asFloat ? "f32" : "base"},
            {"edits", edits}};
}

Json recordOf(const std::vector<GivenEdit>& given)
{
    Json edits = Json::array();
    for (const auto& [edit, alpha] : given) {
        edits.push_back(toJson(edit));
        edits.back()["alpha"] = alpha;
    }
    return {{"schema", "mnemo.edits/1"}, {"edits", edits}};
}

void print(const Json& report, bool json)
{
    if (json) {
        std::cout << report.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
        return;
    }
    std::cout << "Wrote " << report["folder"].get<std::string>() << "\n"
              << "p before  with edits  as written  new object behind its prompt\n";
    for (const Json& edit : report["edits"]) {
        char numbers[64];
        std::snprintf(numbers, sizeof numbers, "%8.6f    %8.6f    %8.6f  ", edit["p_before"].get<double>(),
                      edit["p_edited"].get<double>(), edit["p_written"].get<double>());
        std::cout << numbers << edit["target"] << " behind " << edit["prompt"] << "\n";
    }
}

int exportModel(const CommandLine& line, const ExportRequest& request)
{
    const std::vector<GivenEdit> given = request.edits->read();
    if (given.empty())
        throw Failure(ErrorCode::Usage, "No edit is given: the copy would be the model itself.",
                      "Name one or several with --edit FILE.safetensors.");
    ConsoleReporter reporter(progressStyle(line.global.json, line.global.quiet), line.global.verbose);
    Answers p;
    {
        const LoadedModel model = loadNamedModel(line, request.model, reporter);
        ExperimentContext context = contextOf(line, model);
        Edits edits = editsFor(given, model);
        p.questions = questionsOf(given, *model.tokenizer);
        p.before = answers(line, p.questions, context, reporter);
        context.edits = std::move(edits);
        p.edited = answers(line, p.questions, context, reporter);
        std::vector<WeightTerm> terms;
        for (const auto& [edit, alpha] : given) {
            const WeightPlace place = model.model->weightPlace(edit.term.matrix, edit.term.layer);
            terms.push_back({place.tensor, place.firstRow, edit.term, alpha});
        }
        writeEditedCheckpoint(model.folder, terms, request.asFloat ? CheckpointType::F32 : CheckpointType::Base,
                              recordOf(given), request.folder, [&](std::size_t done, std::size_t total) {
                                  reporter.progress(std::int64_t(done), std::int64_t(total), "tensors");
                                  reporter.checkStop();
                              });
    }
    const LoadedModel written = loadNamedModel(line, request.folder.string(), reporter);
    p.written = answers(line, p.questions, contextOf(line, written), reporter);
    reporter.clearBar();
    print(reportOf(request, given, p), line.global.json);
    return Ok;
}

}  // namespace

void addExportModel(CLI::App& models, CommandLine& line)
{
    CLI::App* command =
        models.add_subcommand("export", "A whole checkpoint with edits in its weights, in Hugging Face format");
    const auto request = std::make_shared<ExportRequest>();
    command->add_option("model", request->model, "Folder in Hugging Face format, or a name of `mnemo models list`")
        ->type_name("MODEL")
        ->required();
    command->add_option("-o,--output", request->folder, "A new folder")->type_name("FOLDER")->required();
    request->edits = addEditFlags(*command);
    command->add_flag("--f32", request->asFloat,
                      "Write float32; else each weight keeps the base's type, and edited ones are rounded to it");
    command->callback([&line, request] { line.chosen = [&line, request] { return exportModel(line, *request); }; });
}

}  // namespace mnemo
