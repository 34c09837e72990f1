// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/session.h"

namespace mnemo {

/// Two runs of a session that are shown beside each other, by their numbers: traces, or results with curves.
struct RunPair {
    std::size_t first = 0;
    std::size_t second = 0;

    bool operator==(const RunPair&) const = default;
};

/// The pairs that the session's view names under "beside" ([[first, second], …]). Left out is what makes no sense:
/// numbers of no run, runs of two kinds, a first run that has something beside it already; traces also where one of the
/// two is in a pair already, or where the second comes first.
std::vector<RunPair> runPairs(const Session& session);

/// Writes them into the view; without any, there is no "beside".
void setRunPairs(Session& session, const std::vector<RunPair>& pairs);

}  // namespace mnemo
