// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_notes.h"

#include "core/io/session_parts.h"

#include <cstdint>
#include <limits>
#include <utility>

namespace mnemo {
namespace {

/// −1 where there is no such place.
int placeOf(const Json& entry, const char* key)
{
    const auto found = entry.find(key);
    const bool isPlace = found != entry.end() && found->is_number_integer() && found->get<std::int64_t>() >= 0 &&
                         found->get<std::uint64_t>() <= std::uint64_t(std::numeric_limits<int>::max());
    return isPlace ? found->get<int>() : -1;
}

SessionNote noteFrom(const Json& entry, std::size_t runs)
{
    SessionNote note;
    note.text = textOf(entry, "text");
    note.created = textOf(entry, "created");
    note.place = textOf(entry, "place");
    note.site = textOf(entry, "site");
    note.layer = placeOf(entry, "layer");
    note.token = placeOf(entry, "token");
    if (const int run = placeOf(entry, "run"); run >= 0 && std::size_t(run) < runs)
        note.run = std::size_t(run);
    note.other = entry;
    for (const char* known : {"text", "created", "place", "site", "layer", "token", "run"})
        note.other.erase(known);
    return note;
}

}  // namespace

std::vector<SessionNote> sessionNotes(const Session& session)
{
    std::vector<SessionNote> notes;
    for (const Json& entry : listOf(session, "notes")) {
        if (entry.is_string())
            notes.push_back({.text = entry.get<std::string>()});
        else if (entry.is_object())
            notes.push_back(noteFrom(entry, session.results.size()));
    }
    return notes;
}

void setSessionNotes(Session& session, const std::vector<SessionNote>& notes)
{
    if (!session.document.is_object())
        session.document = Json::object();
    session.document.erase("notes");
    for (const SessionNote& note : notes) {
        Json entry = note.other;
        entry["text"] = note.text;
        if (!note.created.empty())
            entry["created"] = note.created;
        if (!note.place.empty())
            entry["place"] = note.place;
        if (note.run)
            entry["run"] = *note.run;
        if (!note.site.empty())
            entry.update({{"site", note.site}, {"layer", note.layer}, {"token", note.token}});
        session.document["notes"].push_back(std::move(entry));
    }
}

}  // namespace mnemo
