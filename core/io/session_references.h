// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/session.h"

#include <string>
#include <vector>

namespace mnemo {

/// Entries of the document's lists ("facts", "notes", "tables", "batches", "figures") that name what is not there. An
/// entry may have an "id", which no other entry of its list has; "run" and "runs" are numbers of runs; "fact" and
/// "edit" are ids or numbers of entries of "facts" and "edits". One sentence each.
std::vector<std::string> referenceProblems(const Session& session);

}  // namespace mnemo
