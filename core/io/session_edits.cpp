// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_edits.h"

#include "core/data/error.h"
#include "core/io/edit_file.h"
#include "core/io/session_parts.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace mnemo {
namespace {

std::optional<std::size_t> runOf(const Json& entry)
{
    const auto run = entry.is_object() ? entry.find("run") : entry.end();
    return run != entry.end() && run->is_number_unsigned() ? std::optional(run->get<std::size_t>()) : std::nullopt;
}

bool isEdit(const Session& session, std::size_t run)
{
    if (run >= session.results.size())
        return false;
    const Result& result = *session.results[run];
    if (result.kind != "rome" || !result.model.is_object() || !result.model.value("hash", Json()).is_string())
        return false;
    try {
        const EditTerm term = editOf(result).term;
        const auto isFinite = [](float value) { return std::isfinite(value); };
        return std::ranges::all_of(term.u, isFinite) && std::ranges::all_of(term.v, isFinite);
    } catch (const Failure&) {
        return false;  // no vectors: the search was stopped
    } catch (const Json::exception&) {
        return false;  // a matrix or a layer that is none
    }
}

}  // namespace

std::vector<SessionEdit> sessionEdits(const Session& session)
{
    std::vector<SessionEdit> edits;
    for (const Json& entry : listOf(session, "edits")) {
        const std::optional<std::size_t> run = runOf(entry);
        if (!run || !isEdit(session, *run) || std::ranges::find(edits, *run, &SessionEdit::run) != edits.end())
            continue;
        const auto on = entry.find("on"), alpha = entry.find("alpha");
        SessionEdit edit{*run};
        edit.on = on == entry.end() || *on == Json(true);
        if (alpha != entry.end() && alpha->is_number())
            edit.alpha = alpha->get<double>();
        if (std::isfinite(edit.alpha))
            edits.push_back(edit);
    }
    return edits;
}

void setSessionEdits(Session& session, const std::vector<SessionEdit>& edits)
{
    const std::vector<Json> before = listOf(session, "edits");
    if (!session.document.is_object())
        session.document = Json::object();
    session.document.erase("edits");
    for (const SessionEdit& edit : edits) {
        const std::string hash = editOf(*session.results.at(edit.run)).term.hash;
        const auto known = std::ranges::find_if(
            before, [&](const Json& entry) { return entry.is_object() && entry.value("hash", Json()) == hash; });
        Json entry = known != before.end() ? *known : Json::object();
        entry.update({{"run", edit.run}, {"hash", hash}, {"on", edit.on}, {"alpha", edit.alpha}});
        session.document["edits"].push_back(std::move(entry));
    }
}

}  // namespace mnemo
