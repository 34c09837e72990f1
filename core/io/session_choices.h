// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/session.h"

#include <map>

namespace mnemo {

/// What the view shows of runs, by their numbers: the head's "choice" of a result that is shown (docs/json.md).
using RunChoices = std::map<std::size_t, Json>;

/// Those that the session's view names under "choices" ([{"run", "choice"}, …]). Left out is what is of no run or no
/// object.
RunChoices runChoices(const Session& session);

/// Writes them into the view; without any, there is no "choices".
void setRunChoices(Session& session, const RunChoices& choices);

/// A run with what is shown of it in its head.
Result shownRun(const Session& session, std::size_t run);

}  // namespace mnemo
