// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/session.h"

namespace mnemo {

/// An edit of a session: the run of kind "rome" that it is the result of, and how strongly it is on.
struct SessionEdit {
    std::size_t run = 0;
    bool on = true;
    double alpha = 1;

    bool operator==(const SessionEdit&) const = default;
};

/// The edits that the session names, in their order: "edits": [{"run", "hash", "on", "alpha"}]. Left out is what makes
/// no sense: numbers of no run that is an edit (edit_file.h), the same run twice, a strength that is no number.
std::vector<SessionEdit> sessionEdits(const Session& session);

/// Writes them into the document; without any, there is no "edits". Keys of an entry that this program does not know
/// stay with the edit of the same hash.
void setSessionEdits(Session& session, const std::vector<SessionEdit>& edits);

}  // namespace mnemo
