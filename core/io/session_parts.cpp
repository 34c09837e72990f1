// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_parts.h"

#include <algorithm>

namespace mnemo {

std::string textOf(const Json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

SessionModels sessionModels(const Session& session)
{
    SessionModels all;
    for (const ResultPtr& run : session.results) {
        Json model = Json::object();
        for (const char* key : {"name", "hash", "architecture", "layers", "dtype", "tf32"})
            if (run->model.is_object() && run->model.contains(key))
                model[key] = run->model[key];
        const auto known = std::ranges::find(all.models, model);
        all.ofRun.push_back(std::size_t(known - all.models.begin()));
        if (known == all.models.end())
            all.models.push_back(std::move(model));
    }
    return all;
}

Json inputsOf(const Result& run)
{
    Json inputs = run.parameters;
    inputs.erase("records");
    return inputs;
}

std::vector<Json> editsDuring(const Result& run)
{
    std::vector<Json> edits;
    const auto given = run.provenance.is_object() ? run.provenance.find("edits") : run.provenance.end();
    if (given != run.provenance.end() && given->is_array())
        std::ranges::copy_if(*given, std::back_inserter(edits),
                             [](const Json& edit) { return !textOf(edit, "hash").empty(); });
    return edits;
}

std::vector<SessionFact> sessionFacts(const Session& session)
{
    std::vector<SessionFact> facts;
    for (std::size_t run = 0; run < session.results.size(); ++run) {
        const Json& parameters = session.results[run]->parameters;
        const std::string prompt = textOf(parameters, "prompt"), subject = textOf(parameters, "subject");
        if (prompt.empty() || subject.empty())
            continue;
        auto known = std::ranges::find_if(
            facts, [&](const SessionFact& fact) { return fact.prompt == prompt && fact.subject == subject; });
        if (known == facts.end())
            known = facts.insert(facts.end(), {prompt, subject, {}});
        known->runs.push_back(run);
    }
    return facts;
}

std::vector<Json> listOf(const Session& session, const char* key)
{
    const Json& document = session.document;
    const auto found = document.is_object() ? document.find(key) : document.end();
    if (found == document.end() || (found->is_string() && found->get_ref<const std::string&>().empty()))
        return {};
    if (found->is_string())
        return {*found};
    return found->is_array() ? std::vector<Json>(found->begin(), found->end()) : std::vector<Json>();
}

std::size_t tensorBytes(const Result& run)
{
    std::size_t bytes = 0;
    for (const ArrayPtr& array : run.arrays)
        bytes += array->size() * (sizeof(double) + sizeof(CellState));
    return bytes;
}

}  // namespace mnemo
