// SPDX-License-Identifier: GPL-3.0-or-later
// What the program does with a session that somebody else may have written; for tests of damaged files and the fuzzer.
#pragma once
#include "core/data/error.h"
#include "core/io/export.h"
#include "core/io/session_check.h"
#include "core/io/session_diff.h"
#include "core/io/session_edits.h"
#include "core/io/session_info.h"
#include "core/io/session_notes.h"
#include "core/io/session_pairs.h"
#include "core/io/session_recipe.h"

#include <filesystem>
#include <optional>
#include <stdexcept>

namespace mnemo::test {

/// Everything but reading. Whatever leaves it but a Failure is a bug, and so is what std::logic_error names.
inline void useSession(const Session& session, const std::filesystem::path& file, const std::filesystem::path& scratch)
{
    for (const ResultPtr& result : session.results)
        try {
            exportJson(*result);
        } catch (const Failure&) {
            // its head lacks what a script would look for
        }
    describeSession(session, file);
    checkSession(file);
    sessionEdits(session);
    runPairs(session);
    sessionNotes(session);
    recipeText(recipeOf(session));
    if (diffSessions(session, session)["equal"] != true)
        throw std::logic_error("a session differs from itself");
    if (session.readOnly)
        return;
    writeSession(session, scratch);
    if (diffSessions(session, readSession(scratch))["equal"] != true)
        throw std::logic_error("a session is not written as it was read");
}

/// Reads and uses a file. @return the sentence with which it was refused; absent: it reads
inline std::optional<Error> tryFile(const std::filesystem::path& file, const std::filesystem::path& scratch)
{
    try {
        useSession(readSession(file), file, scratch);
        return std::nullopt;
    } catch (const Failure& failure) {
        if (checkSession(file).problems.empty())
            throw std::logic_error("a file that is refused is called valid");
        return failure.error();
    }
}

}  // namespace mnemo::test
