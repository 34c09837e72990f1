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
#include "core/io/utf8.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

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

/// A document's text behind tensors that it may name: r0/h.p [2, 3], r1/u [2], r1/v [3], and their states.
inline void writeAround(const std::string& text, const std::filesystem::path& file)
{
    static const std::vector<std::byte> bytes(48, std::byte{1});
    std::vector<TensorView> tensors;
    const auto add = [&](const std::string& name, const std::vector<std::int64_t>& shape, std::size_t size) {
        tensors.push_back({name, Dtype::F64, shape, std::span(bytes).first(size * sizeof(double))});
        tensors.push_back({name + ".state", Dtype::U8, shape, std::span(bytes).first(size)});
    };
    add("r0/h.p", {2, 3}, 6);
    add("r1/u", {2}, 2);
    add("r1/v", {3}, 3);
    writeSafetensors(file, tensors, {{"format", "mnemo.session"}, {"min_reader", "1"}, {"session", text}});
}

/// An input of the fuzzer: a file as it stands, or, where it starts with "{" and is UTF-8, the text of a document, so
/// that what is inside one is reached sooner.
inline std::optional<Error> tryInput(const std::string& input, const std::filesystem::path& folder)
{
    const std::filesystem::path file = folder / "input.mnemo";
    if (input.starts_with('{') && repairUtf8(input) == input)
        writeAround(input, file);
    else
        std::ofstream(file, std::ios::binary) << input;
    return tryFile(file, folder / "again.mnemo");
}

}  // namespace mnemo::test
