// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/session.h"

namespace mnemo {

/// What two sessions do not have in common, "mnemo.session.diff/1" (docs/json.md); `equal` says whether there is
/// anything.
///
/// Runs belong together that were asked the same: kind, parameters, weights, precision and edits that were on. Of
/// these, arrays, head, title and share that is done are compared. Edits belong together by hash; facts, notes, tables
/// and whatever else the document has are compared as they stand. Not compared: when and how fast something was
/// computed, and what only says how it is looked at ("view", "undo").
/// @param tolerance numbers that differ by no more than this are equal; ≥ 0
Json diffSessions(const Session& first, const Session& second, double tolerance = 0);

}  // namespace mnemo
