// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_recipe.h"

#include "core/data/error.h"
#include "core/io/edit_file.h"
#include "core/io/mapped_file.h"
#include "core/io/session_parts.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

constexpr const char* schema = "mnemo.recipe/1";

/// The first run that made an edit of this hash.
std::optional<std::size_t> makerOf(const std::string& hash, const std::vector<std::string>& made)
{
    const auto found = std::ranges::find(made, hash);
    return found == made.end() || hash.empty() ? std::nullopt : std::optional(std::size_t(found - made.begin()));
}

/// Hash of the edit that each run made; empty where it made none.
std::vector<std::string> madeBy(const Session& session)
{
    std::vector<std::string> made;
    for (const ResultPtr& run : session.results)
        try {
            made.push_back(run->kind == "rome" ? editOf(*run).term.hash : "");
        } catch (const std::exception&) {
            made.emplace_back();  // a search that was stopped has no vectors
        }
    return made;
}

SortedJson toJson(const RecipeRun& run)
{
    SortedJson edits = SortedJson::array();
    for (const RecipeEdit& edit : run.edits) {
        edits.push_back({{"alpha", edit.alpha}, {"hash", edit.hash}});
        if (edit.run)
            edits.back()["run"] = *edit.run;
    }
    return {{"experiment", run.experiment},
            {"model", run.model},
            {"parameters", SortedJson(run.parameters)},
            {"edits", edits}};
}

class RecipeReader
{
public:
    explicit RecipeReader(const std::filesystem::path& file)
        : m_name(shown(file)), m_json(parseStrictOrdered(readTextFile(file), m_name))
    {
    }

    Recipe read()
    {
        if (textOf(m_json, "schema") != schema)
            damaged("it does not say that it is " + std::string(schema),
                    "Name what `mnemo session export` has written.");
        Recipe recipe;
        recipe.title = textOf(m_json, "title");
        for (const Json& model : list(m_json, "models", "it")) {
            if (textOf(model, "name").empty())
                damaged("one of its models has no name");
            recipe.models.push_back(model);
        }
        m_runs = list(m_json, "runs", "it").size();
        for (const Json& run : list(m_json, "runs", "it"))
            recipe.runs.push_back(readRun(run, recipe));
        for (const RecipeRun& run : recipe.runs)
            for (const RecipeEdit& edit : run.edits)
                if (edit.run && recipe.runs[*edit.run].experiment != "rome")
                    damaged("run " + std::to_string(*edit.run) + " makes no edit, and another run asks it for one");
        for (const Json& edit : list(m_json, "edits", "it"))
            recipe.edits.push_back(readStackEntry(edit, recipe));
        for (const Json& pair : list(m_json, "beside", "it")) {
            if (!pair.is_array() || pair.size() != 2)
                damaged("\"beside\" holds something that is no pair of runs");
            recipe.pairs.push_back({number(pair[0], m_runs, "\"beside\""), number(pair[1], m_runs, "\"beside\"")});
        }
        if (orderOfRuns(recipe).size() < recipe.runs.size())
            damaged("some of its runs wait for each other's edits");
        return recipe;
    }

private:
    [[noreturn]] void damaged(const std::string& why, const std::string& hint = "Correct it, or export it again.") const
    {
        throw Failure(ErrorCode::Damaged, "The recipe " + m_name + " cannot be used: " + why + ".", hint);
    }

    std::vector<Json> list(const Json& object, const char* key, const std::string& what) const
    {
        const auto found = object.find(key);
        if (found == object.end())
            return {};
        if (!found->is_array())
            damaged("the " + std::string(key) + " of " + what + " are no list");
        return {found->begin(), found->end()};
    }

    std::size_t number(const Json& json, std::size_t count, const std::string& what) const
    {
        if (!json.is_number_integer() || json.get<std::int64_t>() < 0 || json.get<std::uint64_t>() >= count)
            damaged(what + " names the number " + json.dump() + " of " + std::to_string(count));
        return json.get<std::size_t>();
    }

    double strength(const Json& edit, const std::string& what) const
    {
        const Json alpha = edit.value("alpha", Json(1));
        if (!alpha.is_number() || !std::isfinite(alpha.get<double>()))
            damaged("the strength of an edit of " + what + " is " + alpha.dump());
        return alpha.get<double>();
    }

    RecipeRun readRun(const Json& json, const Recipe& recipe) const
    {
        const std::string what = "run " + std::to_string(recipe.runs.size());
        RecipeRun run;
        run.experiment = textOf(json, "experiment");
        if (run.experiment.empty())
            damaged(what + " names no experiment");
        run.model = number(json.value("model", Json()), recipe.models.size(), "the model of " + what);
        run.parameters = json.value("parameters", Json());
        if (!run.parameters.is_object())
            damaged(what + " has no parameters");
        for (const Json& edit : list(json, "edits", what)) {
            RecipeEdit during;
            during.hash = textOf(edit, "hash");
            during.alpha = edit.is_object() ? strength(edit, what) : 1;
            if (edit.is_object() && edit.contains("run"))
                during.run = number(edit["run"], m_runs, "an edit of " + what);
            else if (during.hash.empty())
                damaged("an edit of " + what + " has neither a hash nor a run that makes it");
            run.edits.push_back(std::move(during));
        }
        return run;
    }

    SessionEdit readStackEntry(const Json& json, const Recipe& recipe) const
    {
        SessionEdit edit;
        edit.run = number(json.is_object() ? json.value("run", Json()) : Json(), m_runs, "an edit");
        edit.alpha = strength(json, "the session");
        edit.on = json.value("on", Json(true)) == Json(true);
        if (recipe.runs[edit.run].experiment != "rome")
            damaged("run " + std::to_string(edit.run) + " is no edit, and is in the list of edits");
        return edit;
    }

    std::string m_name;
    Json m_json;
    std::size_t m_runs = 0;
};

}  // namespace

Recipe recipeOf(const Session& session)
{
    const SessionModels models = sessionModels(session);
    const std::vector<std::string> made = madeBy(session);
    Recipe recipe;
    if (const auto title = session.metadata.find("title"); title != session.metadata.end())
        recipe.title = title->second;
    recipe.models = models.models;
    for (std::size_t number = 0; number < session.results.size(); ++number) {
        const Result& result = *session.results[number];
        RecipeRun run{result.kind, models.ofRun[number], inputsOf(result), {}};
        for (const Json& edit : editsDuring(result)) {
            const std::string hash = textOf(edit, "hash");
            const Json alpha = edit.value("alpha", Json(1));
            run.edits.push_back({hash, makerOf(hash, made), alpha.is_number() ? alpha.get<double>() : 1});
        }
        recipe.runs.push_back(std::move(run));
    }
    recipe.edits = sessionEdits(session);
    recipe.pairs = runPairs(session);
    return recipe;
}

std::string recipeText(const Recipe& recipe)
{
    SortedJson json{{"schema", schema}, {"title", recipe.title}};
    for (const char* list : {"models", "runs", "edits", "beside"})
        json[list] = SortedJson::array();
    for (const Json& model : recipe.models)
        json["models"].push_back(SortedJson(model));
    for (const RecipeRun& run : recipe.runs)
        json["runs"].push_back(toJson(run));
    for (const SessionEdit& edit : recipe.edits)
        json["edits"].push_back({{"run", edit.run}, {"on", edit.on}, {"alpha", edit.alpha}});
    for (const RunPair& pair : recipe.pairs)
        json["beside"].push_back({pair.first, pair.second});
    return json.dump(2, ' ', false, SortedJson::error_handler_t::replace) + "\n";
}

Recipe readRecipe(const std::filesystem::path& file)
{
    return RecipeReader(file).read();
}

std::vector<std::size_t> orderOfRuns(const Recipe& recipe)
{
    std::vector<std::size_t> order;
    std::vector<bool> done(recipe.runs.size(), false);
    const auto isReady = [&](std::size_t run) {
        return !done[run] && std::ranges::all_of(recipe.runs[run].edits,
                                                 [&](const RecipeEdit& edit) { return !edit.run || done[*edit.run]; });
    };
    while (order.size() < done.size()) {
        std::optional<std::size_t> next;
        for (std::size_t run = 0; run < done.size(); ++run) {
            const bool sameModel = !order.empty() && recipe.runs[run].model == recipe.runs[order.back()].model;
            if (isReady(run) && (!next || sameModel)) {
                next = run;
                if (sameModel || order.empty())
                    break;
            }
        }
        if (!next)
            break;  // what is left waits for itself
        done[*next] = true;
        order.push_back(*next);
    }
    return order;
}

}  // namespace mnemo
