// SPDX-License-Identifier: GPL-3.0-or-later
// The papers' figures, made again with any model, beside what is published of them (docs/reproduce.md).
#include "app/mnemo/reproduce_output.h"
#include "app/mnemo/run.h"
#include "core/data/circuit.h"
#include "core/experiments/fact_choice.h"
#include "core/experiments/pair_params.h"
#include "core/io/catalog.h"
#include "core/io/model_config.h"
#include "core/io/utf8.h"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

namespace mnemo {
namespace {

namespace fs = std::filesystem;

/// How a figure comes to its facts, as the experiments do.
Description<FactChoiceParams> describeFacts()
{
    auto description = describe<FactChoiceParams>("reproduce", "Figure", "Facts of a figure.");
    describeFactChoice(description);
    return description;
}

/// How one of the second paper comes to its pairs of prompts.
Description<PairParams> describePairsOfFigure()
{
    auto description = describe<PairParams>("reproduce", "Figure", "Pairs of a figure.");
    describePairs(description);
    return description;
}

struct ReproduceRequest {
    std::string figure;
    std::string model;
    std::shared_ptr<SchemaFlags> facts;
    std::shared_ptr<SchemaFlags> pairs;
    fs::path cases;      ///< of edits; empty: made of the facts
    fs::path published;  ///< empty: nothing to compare with
    fs::path folder;
};

/// The name of an architecture in a sentence.
std::string familyOf(const std::string& modelType)
{
    return modelType == "mamba" ? "Mamba" : modelType == "gpt_neox" ? "GPT-NeoX" : modelType;
}

/// @throws Failure UnsupportedModel saying what can be done with this one
void checkArchitecture(const PaperFigure& figure, const std::string& model, const ModelConfig& config)
{
    if (!figure.architecture.empty() && config.modelType != figure.architecture)
        throw Failure(ErrorCode::UnsupportedModel,
                      figure.title + " is of " + familyOf(figure.architecture) + " models; " + model + " is a " +
                          familyOf(config.modelType) + " model.",
                      figure.otherwise);
}

class Reproduction
{
public:
    Reproduction(const CommandLine& line, const ReproduceRequest& request)
        : m_line(line),
          m_request(request),
          m_figure(paperFigure(request.figure)),
          m_experiment(line.experiment(m_figure.experiment))
    {
    }

    int run()
    {
        // Everything that can be wrong with the line is said before the model is read.
        m_given = given();
        const ModelConfig config = readConfigFor(resolveModel(m_request.model), m_line.architectures);
        checkArchitecture(m_figure, m_request.model, config);
        m_published = std::make_unique<PublishedFigure>(m_figure, m_request.published, config.modelType);
        m_folder = std::make_unique<FigureFolder>(m_request.folder);
        {
            ConsoleReporter reporter = newReporter();
            m_model = loadNamedModel(m_line, m_request.model, reporter);
        }
        checkFolderIsOf(m_model);
        if (m_figure.examples > 0)
            reproduceExamples();
        else
            reproduceAverage();
        print();
        if (m_stopped)
            sayStopped(m_line, !m_folder->written().empty());
        return m_stopped ? CancelledRun : Ok;
    }

private:
    /// What was said of the figure's facts or pairs. @throws Failure Usage naming a flag that says nothing of them
    Json given() const
    {
        if (!m_request.cases.empty() && !m_experiment.schema.has("cases"))
            throw Failure(ErrorCode::Usage, m_figure.title + " is not made of cases of edits.",
                          "Leave --cases out, or reproduce fig6a or fig6b.");
        const bool ofPairs = m_figure.paper == Paper::IoiCircuit;
        Json given = (ofPairs ? m_request.pairs : m_request.facts)->given();
        const Json others = (ofPairs ? m_request.facts : m_request.pairs)->given();
        for (const Json& flags : {given, others})
            for (const auto& [key, value] : flags.items())
                if (others.contains(key) || (ofPairs && !m_experiment.schema.has(key)))
                    throw Failure(ErrorCode::Usage, m_figure.title + " has no " + flagName(key) + ".",
                                  ofPairs ? "Its flags are --pairs, --material and --count, as far as `mnemo " +
                                                m_figure.experiment + "` has them."
                                          : "It is made of facts: give --facts, --relations or --limit.");
        completeParameters(m_line, given, ofPairs ? describePairsOfFigure().schema() : m_facts.schema());
        return given;
    }

    ConsoleReporter newReporter() const
    {
        return {progressStyle(m_line.global.json, m_line.global.quiet), m_line.global.verbose};
    }

    /// @throws Failure Usage when the folder holds the figure of another model, which would be lost
    void checkFolderIsOf(const LoadedModel& model) const
    {
        std::ifstream in(m_folder->file(m_figure.name + ".json"));
        const Json earlier = Json::parse(in, nullptr, /*allow_exceptions=*/false);
        const Json* of = earlier.is_object() && earlier.contains("model") ? &earlier["model"] : nullptr;
        if (!of || !of->is_object() || !of->contains("hash") || (*of)["hash"] == model.hash)
            return;
        throw Failure(ErrorCode::Usage,
                      shown(m_folder->path()) + " already holds " + m_figure.title + " of another model, " +
                          of->value("name", Json("")).dump() + ".",
                      "Choose another folder with -o.");
    }

    std::string titled(const FigureRun& run, const std::string& title) const
    {
        return m_figure.title + (run.note.empty() ? "" : ", " + run.note) + ": " + title;
    }

    /// One run of the figure; none when it was stopped before anything was done.
    std::optional<Result> runOne(const FigureRun& run, const Json& given)
    {
        Json parameters = run.parameters;
        parameters.update(given);
        ConsoleReporter reporter = newReporter();
        const RunOutcome outcome = runOrStop(m_experiment, completeParameters(m_line, parameters, m_experiment.schema),
                                             contextOf(m_line, m_model), reporter);
        m_stopped = outcome.stopped;
        if (!outcome.result)
            return std::nullopt;
        Result result = *outcome.result;
        result.title = titled(run, result.title);
        m_done += result.done;
        return result;
    }

    /// Curves over many facts. What every fact gave is kept, so that it is not computed again.
    void reproduceAverage()
    {
        Json given = m_given;
        if (!m_request.cases.empty())
            given["cases"] = m_request.cases.string();
        if (m_experiment.schema.has("records"))
            given["records"] = m_folder->file(m_figure.name + "-records.jsonl").string();
        std::vector<Result> results;
        m_wanted = m_figure.runs.size();
        for (const FigureRun& run : m_figure.runs) {
            if (std::optional<Result> result = runOne(run, given))
                results.push_back(std::move(*result));
            if (m_stopped)
                break;
        }
        if (results.empty())
            return;
        if (m_figure.experiment == "lre")  // as the published figure was chosen
            results[0].head["choice"] = toJson(choiceOf(m_figure, results[0]));
        m_comparison = m_published->beside(results);
        if (m_comparison && !m_comparison->reference.is_null())
            results[0].head["reference"] = m_comparison->reference;
        m_text = m_comparison ? m_comparison->text : readableText(results[0]);
        sayPicturesOnly();
        const auto name = [&](std::size_t i) { return m_figure.name + m_figure.runs[i].suffix; };
        for (std::size_t i = 0; i < results.size(); ++i)
            m_folder->writeNumbers(shownAs(results[i], m_figure.views.front()), name(i));
        if (m_comparison)
            m_folder->write(*m_comparison, m_figure.name + "-comparison");
        for (std::size_t i = 0; i < results.size(); ++i)
            for (const FigureView& view : m_figure.views)
                m_folder->draw(shownAs(results[i], view), name(i) + view.suffix, view.part);
    }

    /// The result with what the view shows of it.
    static Result shownAs(Result result, const FigureView& view)
    {
        Json choice = view.choice;
        if (view.withoutStrongest)
            if (const std::optional<std::string> strongest = strongestLayer(circuitOf(result)))
                choice["hidden"].push_back(*strongest);
        if (!choice.is_null())
            result.head["choice"] = std::move(choice);
        return result;
    }

    /// Facts one by one: NAME, NAME-2, NAME-3, …
    void reproduceExamples()
    {
        const FigureRun& run = m_figure.runs.front();
        const std::vector<ChosenFact> facts = chooseExamples(run.parameters);
        m_wanted = facts.size();
        for (std::size_t i = 0; i < facts.size() && !m_stopped; ++i) {
            const std::optional<Result> result = runOne(
                run, {{"prompt", facts[i].promptTemplate}, {"subject", facts[i].subject}, {"swap", facts[i].swap}});
            if (!result)
                break;
            const std::string name = m_figure.name + (i == 0 ? "" : "-" + std::to_string(i + 1));
            m_folder->writeNumbers(*result, name);
            m_folder->draw(*result, name, {});
            m_text +=
                name + ": " + facts[i].subject + " → " + facts[i].object + ", swapped with " + facts[i].swap + "\n";
        }
        sayPicturesOnly();
    }

    void sayPicturesOnly()
    {
        if (!m_request.published.empty() && m_figure.publishedAs == PublishedAs::Nothing)
            m_text += m_figure.title + " is published as pictures only: there are no numbers to compare with.\n";
    }

    std::vector<ChosenFact> chooseExamples(const Json& parameters)
    {
        FactChoiceParams choice = m_facts.read(completeParameters(m_line, m_given, m_facts.schema()));
        if (!m_given.contains("limit"))
            choice.limit = m_figure.examples;
        choice.prefix = prefixFromName(parameters.at("prefix").get<std::string>());
        ConsoleReporter reporter = newReporter();
        return chooseFacts(choice, contextOf(m_line, m_model), true, reporter).facts;
    }

    void print() const
    {
        if (m_line.global.json)
            std::cout << document().dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
        else if (!m_folder->written().empty())
            std::cout << m_text << "\nWritten to " << shown(m_folder->path()) << ":" << fileNames() << "\n";
        std::cout.flush();
        if (!m_folder->draws() && !m_line.global.quiet && !m_line.global.json)
            std::fprintf(stderr,
                         "mnemo: no pictures: the window program mnemoscope is neither beside mnemo nor in PATH; "
                         "it draws the .mnemo files with `mnemoscope --render FILE.mnemo -o FILE.svg`\n");
    }

    std::string fileNames() const
    {
        std::string names;
        for (const std::string& name : m_folder->written())
            names += " " + name;
        return names;
    }

    Json document() const
    {
        return {{"schema", "mnemo.reproduce/1"},
                {"figure", m_figure.name},
                {"folder", shown(m_folder->path())},
                {"files", m_folder->written()},
                {"done", m_wanted > 0 ? m_done / double(m_wanted) : 0},
                {"comparison", m_comparison ? m_comparison->json : Json()}};
    }

    const CommandLine& m_line;
    const ReproduceRequest& m_request;
    const PaperFigure m_figure;
    const Experiment& m_experiment;
    const Description<FactChoiceParams> m_facts = describeFacts();
    Json m_given;  ///< of what chooses facts or pairs
    std::unique_ptr<PublishedFigure> m_published;
    std::unique_ptr<FigureFolder> m_folder;
    LoadedModel m_model;
    std::optional<WrittenComparison> m_comparison;
    std::string m_text;
    double m_done = 0;         ///< runs, and shares of the one that was stopped
    std::size_t m_wanted = 0;  ///< runs
    bool m_stopped = false;
};

std::string figureList()
{
    std::string list = "Figures:\n";
    for (const PaperFigure& figure : paperFigures())
        list += "  " + figure.name + std::string(8 - figure.name.size(), ' ') + figure.title + ", " + figure.summary +
                " (" + (figure.architecture.empty() ? "any model" : familyOf(figure.architecture)) + ")\n";
    return list + "appG draws 4 facts unless --limit says otherwise.\n";
}

}  // namespace

void addReproduce(CLI::App& app, CommandLine& line)
{
    CLI::App* command =
        app.add_subcommand("reproduce", "A figure of the papers, made again, beside the published numbers");
    const auto request = std::make_shared<ReproduceRequest>();
    command->add_option("FIGURE", request->figure, paperFigureNames())->type_name("")->required();
    command->add_option("-m,--model", request->model, "Folder in Hugging Face format, or a name of `mnemo models list`")
        ->type_name("MODEL")
        ->required();
    command->add_option("-o,--output", request->folder, "Folder for the figure, its numbers and the comparison")
        ->type_name("DIR")
        ->required();
    command->add_option("--cases", request->cases, "Figs 6a, 6b: cases of edits, such as CounterFact's")
        ->type_name("FILE");
    command
        ->add_option("--published", request->published, "Published numbers to compare with: their folder, or the file")
        ->type_name("PATH");
    // Prefix and sentence are the figure's own; the seed is a flag of every command.
    request->facts = addSchemaFlags(*command, describeFacts().schema(), {"template", "seed", "prefix"});
    request->pairs = addSchemaFlags(*command, describePairsOfFigure().schema(), {"symmetric", "seed", "prefix"});
    command->footer(figureList());
    command->callback(
        [&line, request] { line.chosen = [&line, request] { return Reproduction(line, *request).run(); }; });
}

}  // namespace mnemo
