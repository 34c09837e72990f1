// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_choices.h"

namespace mnemo {
namespace {

Json memberOf(const Json& object, const char* key)
{
    return object.is_object() && object.contains(key) ? object[key] : Json();
}

}  // namespace

RunChoices runChoices(const Session& session)
{
    RunChoices choices;
    for (const Json& entry : memberOf(memberOf(session.document, "view"), "choices")) {
        const Json run = memberOf(entry, "run");
        Json choice = memberOf(entry, "choice");
        if (run.is_number_unsigned() && run.get<std::size_t>() < session.results.size() && choice.is_object())
            choices[run.get<std::size_t>()] = std::move(choice);
    }
    return choices;
}

void setRunChoices(Session& session, const RunChoices& choices)
{
    Json& view = session.document["view"];
    if (!view.is_object())
        view = Json::object();
    view.erase("choices");
    for (const auto& [run, choice] : choices)
        view["choices"].push_back({{"run", run}, {"choice", choice}});
}

Result shownRun(const Session& session, std::size_t run)
{
    Result result = *session.results[run];
    const RunChoices choices = runChoices(session);
    if (const auto found = choices.find(run); found != choices.end())
        result.head["choice"] = found->second;
    return result;
}

}  // namespace mnemo
