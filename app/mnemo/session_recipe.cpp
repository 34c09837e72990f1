// SPDX-License-Identifier: GPL-3.0-or-later
// session run: a session made again from its recipe.
#include "core/io/session_recipe.h"
#include "app/mnemo/output.h"
#include "app/mnemo/run.h"
#include "core/experiments/editable.h"
#include "core/io/catalog.h"
#include "core/io/session_parts.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

namespace mnemo {
namespace {

namespace fs = std::filesystem;

struct RecipeRequest {
    fs::path recipe;
    fs::path output;
    std::vector<std::string> models;  ///< "NAME=MODEL", or "MODEL" for a recipe of one
    std::shared_ptr<EditFlags> edits;
    CLI::Option* dtype = nullptr;  ///< of every command: given, it holds instead of the recipe's
};

Recipe recipeIn(const fs::path& file)
{
    return file.extension() == ".mnemo" ? recipeOf(readSession(file)) : readRecipe(file);
}

class RecipeRunner
{
public:
    RecipeRunner(const CommandLine& line, const RecipeRequest& request) : m_line(line), m_request(request) {}

    int run()
    {
        // Everything that can be wrong with the line or the recipe is said before a model is read.
        if (m_request.output.extension() != ".mnemo")
            throw Failure(ErrorCode::Usage, "A session cannot be written as " + shown(m_request.output) + ".",
                          "Choose a name that ends in .mnemo.");
        checkFolder(m_request.output);
        m_recipe = recipeIn(m_request.recipe);
        if (m_recipe.runs.empty())
            throw Failure(ErrorCode::Usage, "The recipe " + shown(m_request.recipe) + " has no runs.",
                          "Name a recipe or a session that has some.");
        m_given = m_request.edits->read();
        checkRuns();
        chooseModels();
        m_results.resize(m_recipe.runs.size());
        for (const std::size_t number : orderOfRuns(m_recipe))
            if (!runOne(number))
                return stopped();
        write();
        return Ok;
    }

private:
    std::string runName(std::size_t number) const
    {
        return "Run " + std::to_string(number) + " of the recipe (" + m_recipe.runs[number].experiment + ")";
    }

    /// What a function gives; a Failure says in which run.
    template <class Function>
    auto inContext(std::size_t number, const Function& function) const
    {
        try {
            return function();
        } catch (const Failure& failure) {
            throw Failure(failure.error().code, runName(number) + ": " + failure.error().message, failure.error().hint);
        }
    }

    void checkRuns()
    {
        for (std::size_t number = 0; number < m_recipe.runs.size(); ++number) {
            RecipeRun& run = m_recipe.runs[number];
            const auto known = std::ranges::find_if(
                m_line.experiments, [&](const Experiment& one) { return one.schema.key == run.experiment; });
            if (known == m_line.experiments.end())
                throw Failure(ErrorCode::Usage,
                              runName(number) + " is of an experiment that this program does not have.",
                              "Take it out of the recipe, or update this program.");
            run.parameters =
                inContext(number, [&] { return completeParameters(m_line, run.parameters, known->schema); });
            for (const RecipeEdit& edit : run.edits)
                if (!edit.run && !givenEdit(edit.hash))
                    throw Failure(ErrorCode::NotFound,
                                  runName(number) + " was made with the edit " + edit.hash.substr(0, 12) +
                                      "…, which no run of the recipe makes.",
                                  "Name its file with --edit FILE.safetensors.");
        }
    }

    const Edit* givenEdit(const std::string& hash) const
    {
        const auto found =
            std::ranges::find_if(m_given, [&](const GivenEdit& given) { return given.edit.term.hash == hash; });
        return found == m_given.end() || hash.empty() ? nullptr : &found->edit;
    }

    /// Which MODEL stands for each of the recipe's.
    void chooseModels()
    {
        std::map<std::string, std::string> chosen;
        for (const std::string& text : m_request.models) {
            const std::size_t sign = text.find('=');
            const std::string name = sign == std::string::npos ? "" : text.substr(0, sign);
            const bool known =
                std::ranges::any_of(m_recipe.models, [&](const Json& model) { return textOf(model, "name") == name; });
            if (sign != std::string::npos && !known)
                throw Failure(ErrorCode::Usage, "The recipe has no model named \"" + name + "\".",
                              "Write NAME=MODEL with a name of the recipe" + namesOfModels() + ".");
            chosen[name] = sign == std::string::npos ? text : text.substr(sign + 1);
        }
        for (const Json& model : m_recipe.models) {
            const std::string name = textOf(model, "name");
            const auto found = chosen.contains(name) ? chosen.find(name) : chosen.find("");
            m_models.push_back(found == chosen.end() ? name : found->second);
            try {
                resolveModel(m_models.back());
            } catch (const Failure& failure) {
                throw Failure(failure.error().code, "The model " + name + " of the recipe: " + failure.error().message,
                              "Say where it is with -m " + name + "=FOLDER.");
            }
        }
    }

    std::string namesOfModels() const
    {
        std::string names;
        for (const Json& model : m_recipe.models)
            names += (names.empty() ? ": " : ", ") + textOf(model, "name");
        return names;
    }

    /// Model number `number`, in memory; another one that was is let go first.
    const LoadedModel& model(std::size_t number, Reporter& reporter)
    {
        if (m_loaded && m_loadedNumber == number)
            return *m_loaded;
        m_loaded.reset();
        const Json& wanted = m_recipe.models[number];
        const std::string dtype = m_request.dtype->count() > 0 ? "" : textOf(wanted, "dtype");
        m_loaded = std::make_unique<LoadedModel>(loadNamedModel(m_line, m_models[number], reporter, dtype));
        m_loadedNumber = number;
        if (const std::string hash = textOf(wanted, "hash"); !hash.empty() && hash != m_loaded->hash)
            remark("the model " + m_models[number] + " is " + m_loaded->hash + ", and the recipe was made with " +
                   hash + ": the numbers will be others");
        return *m_loaded;
    }

    void remark(const std::string& text) const
    {
        if (m_line.global.json)
            std::cerr << Json{{"event", "note"}, {"text", text}} << "\n";
        else
            std::cerr << "mnemo: " << text << "\n";
    }

    /// The edits that are on during a run: given ones by hash, else as they were made again.
    Edits editsOf(const RecipeRun& run, const LoadedModel& model) const
    {
        Edits edits;
        for (const RecipeEdit& wanted : run.edits) {
            const Edit* given = givenEdit(wanted.hash);
            const Edit edit = given ? *given : editOf(*m_results.at(wanted.run.value()));
            checkMadeFor(edit, model.describe());
            edits.push_back(editFor(edit.term, wanted.alpha, model));
        }
        return edits;
    }

    /// @return false when it was stopped
    bool runOne(std::size_t number)
    {
        const RecipeRun& run = m_recipe.runs[number];
        try {
            return inContext(number, [&] {
                ConsoleReporter reporter(progressStyle(m_line.global.json, m_line.global.quiet), m_line.global.verbose);
                const LoadedModel& loaded = model(run.model, reporter);
                ExperimentContext context = contextOf(m_line, loaded);
                context.edits = editsOf(run, loaded);
                const auto [result, stopped] =
                    runOrStop(m_line.experiment(run.experiment), run.parameters, context, reporter);
                m_results[number] = result;
                if (result)
                    sayOtherEdit(number, *result);
                return !stopped;
            });
        } catch (const Failure&) {
            write();  // what is done is kept
            throw;
        }
    }

    /// An edit that is made again has its old hash only where every bit is the same.
    void sayOtherEdit(std::size_t number, const Result& result) const
    {
        for (const RecipeRun& run : m_recipe.runs)
            for (const RecipeEdit& edit : run.edits)
                if (edit.run == number && !edit.hash.empty() && !givenEdit(edit.hash) && result.done >= 1 &&
                    editOf(result).term.hash != edit.hash) {
                    remark("the edit that run " + std::to_string(number) +
                           " makes is not the one it was, bit for bit (" + edit.hash.substr(0, 12) +
                           "…); --edit FILE.safetensors takes that one");
                    return;
                }
    }

    int stopped()
    {
        sayStopped(m_line, write());
        return CancelledRun;
    }

    /// @return whether there was anything to write
    bool write() const
    {
        Session session;
        std::map<std::size_t, std::size_t> numbers;  // runs of the session, by those of the recipe
        for (std::size_t number = 0; number < m_results.size(); ++number)
            if (m_results[number]) {
                numbers[number] = session.results.size();
                session.results.push_back(m_results[number]);
            }
        if (session.results.empty())
            return false;
        std::vector<SessionEdit> edits;
        for (const SessionEdit& edit : m_recipe.edits)
            if (const auto run = numbers.find(edit.run); run != numbers.end() && m_results[edit.run]->done >= 1)
                edits.push_back({run->second, edit.on, edit.alpha});
        setSessionEdits(session, edits);
        std::vector<RunPair> pairs;
        for (const RunPair& pair : m_recipe.pairs)
            if (numbers.contains(pair.first) && numbers.contains(pair.second))
                pairs.push_back({numbers[pair.first], numbers[pair.second]});
        if (!pairs.empty())
            setRunPairs(session, pairs);
        if (!m_recipe.title.empty())
            session.metadata["title"] = m_recipe.title;
        writeSession(session, m_request.output);
        return true;
    }

    const CommandLine& m_line;
    const RecipeRequest& m_request;
    Recipe m_recipe;
    std::vector<GivenEdit> m_given;
    std::vector<std::string> m_models;  ///< what is loaded for each model of the recipe
    std::vector<ResultPtr> m_results;   ///< null: not there yet
    std::unique_ptr<LoadedModel> m_loaded;
    std::size_t m_loadedNumber = 0;
};

}  // namespace

void addRunRecipe(CLI::App& session, CLI::App& app, CommandLine& line)
{
    CLI::App* command = session.add_subcommand("run", "Make a session again from a recipe, or from another session");
    const auto request = std::make_shared<RecipeRequest>();
    command->add_option("RECIPE", request->recipe, "What `mnemo session export` wrote, or a *.mnemo file")
        ->type_name("")
        ->required();
    command->add_option("-o,--output", request->output, "The new session, *.mnemo")->type_name("FILE")->required();
    command
        ->add_option("-m,--model", request->models,
                     "Where a model of the recipe is, if not where its name says; may stand several times")
        ->type_name("[NAME=]MODEL")
        ->allow_extra_args(false);
    request->edits = addEditFlags(*command);
    request->dtype = app.get_option("--dtype");
    command->callback(
        [&line, request] { line.chosen = [&line, request] { return RecipeRunner(line, *request).run(); }; });
}

}  // namespace mnemo
