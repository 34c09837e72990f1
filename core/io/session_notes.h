// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/session.h"

#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// A note of a session, on the whole of it, on one of its runs, or on a cell of one of a run's maps.
struct SessionNote {
    std::string text;                ///< empty: a bookmark
    std::string created;             ///< UTC, RFC 3339
    std::optional<std::size_t> run;  ///< number of the run
    std::string site;                ///< of the cell; empty: none
    int layer = -1;
    int token = -1;
    std::string place;            ///< what it is on, in words: so that it is understood without the run
    Json other = Json::object();  ///< keys of later versions

    bool operator==(const SessionNote&) const = default;
};

/// The list "notes" of the document; what is no note is left out. A plain text is a note on the whole session.
std::vector<SessionNote> sessionNotes(const Session& session);

void setSessionNotes(Session& session, const std::vector<SessionNote>& notes);

}  // namespace mnemo
