// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_check.h"

#include "core/data/error.h"
#include "core/io/edit_file.h"
#include "core/io/export.h"
#include "core/io/session_edits.h"
#include "core/io/session_pairs.h"
#include "core/io/session_parts.h"
#include "core/io/session_references.h"
#include "core/io/session_run.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace mnemo {
namespace {

std::string runName(std::size_t number)
{
    return "run " + std::to_string(number);
}

/// Each run by itself, so that one that is damaged does not hide the next.
void checkRunsAlone(const SafetensorsFile& file, const Json& document, SessionCheck& check)
{
    std::set<std::string> used;
    const auto tensorOf = [&](const std::string& name) {
        const TensorView* tensor = file.find(name);
        if (tensor && !used.insert(name).second)
            check.problems.push_back("Two arrays share the tensor " + name + ".");
        return tensor;
    };
    for (std::size_t number = 0; number < document["runs"].size(); ++number)
        try {
            Json extra;
            runFromJson(document["runs"][number], tensorOf, "The " + runName(number), extra);
        } catch (const Failure& failure) {
            check.problems.push_back(failure.error().message);
        }
}

/// The file cannot be read as a whole: which runs are to blame?
void checkBroken(const std::filesystem::path& path, const std::string& why, SessionCheck& check)
{
    try {
        const SafetensorsFile file(path, Session::headerLimit);
        const auto text = file.metadata().find("session");
        const Json document = text == file.metadata().end() ? Json() : Json::parse(text->second, nullptr, false);
        if (document.is_object() && document.contains("runs") && document["runs"].is_array())
            checkRunsAlone(file, document, check);
    } catch (const Failure&) {
        // no safetensors file: the reader's sentence says so
    }
    if (check.problems.empty())
        check.problems.push_back(why);
}

long version(const Session& session, const char* key)
{
    const auto found = session.metadata.find(key);
    return found == session.metadata.end() ? 0 : std::strtol(found->second.c_str(), nullptr, 10);
}

void checkVersions(const Session& session, SessionCheck& check)
{
    const long written = version(session, "format_version"), reader = version(session, "min_reader");
    if (written < 1)
        check.problems.emplace_back("The file does not say which version of the format it has.");
    else if (reader > written)
        check.problems.push_back("It asks for readers of version " + std::to_string(reader) +
                                 " of the format, and has only version " + std::to_string(written) + ".");
    if (session.readOnly)
        check.remarks.emplace_back("It was written by a newer version of this program and opens read-only.");
    for (const char* key : {"app", "created", "modified"})
        if (!session.metadata.contains(key))
            check.problems.push_back(std::string("The file does not say \"") + key + "\".");
    for (const char* key : {"sha256:session", "sha256:tensors"})
        if (!session.metadata.contains(key))
            check.remarks.push_back(std::string("There is no checksum \"") + key + "\": its part was not checked.");
}

/// What any run promises; and a trace, the layers of its model.
void checkRun(const Result& run, const std::string& name, SessionCheck& check)
{
    if (run.kind.empty())
        check.problems.push_back("The " + name + " has no kind.");
    if (!(run.done >= 0 && run.done <= 1))
        check.problems.push_back("The " + name + " is done to a share of " + Json(run.done).dump() +
                                 ", which is not between 0 and 1.");
    for (const auto& [part, json] : {std::pair("model", &run.model), std::pair("provenance", &run.provenance)})
        if (!json->is_object())
            check.problems.push_back("The " + std::string(part) + " of " + name + " is no object.");
    const Json layers = run.model.is_object() ? run.model.value("layers", Json()) : Json();
    for (const ArrayPtr& array : run.arrays)
        if (run.kind == "trace" && layers.is_number_integer() && !array->axes.empty() &&
            array->axes[0].size() != layers.get<std::int64_t>())
            check.problems.push_back("The array " + array->name + " of " + name + " has " +
                                     std::to_string(array->axes[0].size()) + " layers, and its model " + layers.dump() +
                                     ".");
}

/// What a script would look for in the run's JSON.
void checkHead(const Result& run, const std::string& name, SessionCheck& check)
{
    try {
        exportJson(run);
    } catch (const Failure& failure) {
        check.problems.push_back("The " + name + ": " + failure.error().message);
    } catch (const Json::exception&) {
        check.problems.push_back("The head of " + name + " is not what a " + run.kind + " result has there.");
    }
}

void checkEdits(const Session& session, SessionCheck& check)
{
    const auto edits = session.document.is_object() ? session.document.find("edits") : session.document.end();
    if (edits == session.document.end())
        return;
    const std::vector<SessionEdit> good = sessionEdits(session);
    if (!edits->is_array())
        check.problems.emplace_back("The session's edits are no list.");
    else if (good.size() != edits->size())
        check.problems.push_back("Of " + std::to_string(edits->size()) + " edits, " +
                                 std::to_string(edits->size() - good.size()) +
                                 " name no run that is an edit, or one that another entry names.");
    else
        for (std::size_t i = 0; i < good.size(); ++i) {
            const std::string hash = editOf(*session.results[good[i].run]).term.hash;
            if (const std::string named = textOf((*edits)[i], "hash"); !named.empty() && named != hash)
                check.problems.push_back("Edit " + std::to_string(i) + " is called " + named.substr(0, 12) +
                                         "…, and the vectors of " + runName(good[i].run) + " are " +
                                         hash.substr(0, 12) + "….");
        }
}

void checkPairs(const Session& session, SessionCheck& check)
{
    const Json view = session.document.is_object() ? session.document.value("view", Json()) : Json();
    const Json beside = view.is_object() ? view.value("beside", Json()) : Json();
    if (!beside.is_null() && (!beside.is_array() || beside.size() != runPairs(session).size()))
        check.problems.emplace_back("Runs that stand beside each other are named that are not there or do not match.");
}

/// Edits that were on during a run may have been removed since.
void remarkOnEditsDuring(const Session& session, SessionCheck& check)
{
    std::set<std::string> there;
    for (const ResultPtr& run : session.results)
        try {
            if (run->kind == "rome")
                there.insert(editOf(*run).term.hash);
        } catch (const std::exception&) {
            // a search that was stopped has no vectors
        }
    for (std::size_t number = 0; number < session.results.size(); ++number)
        for (const Json& edit : editsDuring(*session.results[number]))
            if (const std::string hash = textOf(edit, "hash"); !there.contains(hash))
                check.remarks.push_back("The " + runName(number) + " was made with the edit " + hash.substr(0, 12) +
                                        "…, which is not in the session.");
}

void checkContents(const Session& session, SessionCheck& check)
{
    checkVersions(session, check);
    const bool isNewer = version(session, "format_version") > Session::formatVersion;  // its heads may be others
    for (std::size_t number = 0; number < session.results.size(); ++number) {
        checkRun(*session.results[number], runName(number), check);
        if (!isNewer)
            checkHead(*session.results[number], runName(number), check);
    }
    checkEdits(session, check);
    checkPairs(session, check);
    for (std::string& problem : referenceProblems(session))
        check.problems.push_back(std::move(problem));
    remarkOnEditsDuring(session, check);
    for (const StoredTensor& tensor : session.otherTensors)
        check.remarks.push_back("The tensor " + tensor.name + " belongs to no run; it is kept.");
}

}  // namespace

SessionCheck checkSession(const std::filesystem::path& file)
{
    SessionCheck check;
    try {
        checkContents(readSession(file), check);
    } catch (const Failure& failure) {
        if (failure.error().code == ErrorCode::NotFound || failure.error().code == ErrorCode::Unreadable)
            throw;
        checkBroken(file, failure.error().message, check);
    }
    return check;
}

}  // namespace mnemo
