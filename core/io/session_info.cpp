// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_info.h"

#include "core/io/session_edits.h"
#include "core/io/session_parts.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <array>

namespace mnemo {
namespace {

/// Of an entry of the file's metadata; null where there is none.
Json entry(const Session& session, const char* key)
{
    const auto found = session.metadata.find(key);
    return found == session.metadata.end() ? Json() : Json(found->second);
}

const char* stateOf(const Result& run)
{
    return run.done >= 1 ? "complete" : run.done > 0 ? "partial" : "empty";
}

Json describeRun(const Session& session, std::size_t number, std::size_t model)
{
    const Result& run = *session.results[number];
    Json edits = Json::array();
    for (const Json& edit : editsDuring(run))
        edits.push_back(edit);
    return {{"run", number},
            {"kind", run.kind},
            {"title", run.title},
            {"model", model},
            {"edits", edits},
            {"done", run.done},
            {"arrays", run.arrays.size()},
            {"state", stateOf(run)},
            {"bytes", tensorBytes(run)}};
}

Json describeEdit(const Session& session, const SessionEdit& edit)
{
    const Result& run = *session.results[edit.run];
    Json json{{"run", edit.run}, {"on", edit.on}, {"alpha", edit.alpha}};
    for (const char* key : {"matrix", "layer"})
        json[key] = run.head.contains(key) ? run.head[key] : Json();
    for (const char* key : {"prompt", "subject", "target"})
        json[key] = textOf(run.parameters, key);
    return json;
}

/// Keys of the document that are not told by themselves.
Json otherKeys(const Session& session)
{
    constexpr std::array told{"edits", "facts", "notes", "tables", "view"};
    Json keys = Json::array();
    if (session.document.is_object())
        for (const auto& [key, value] : session.document.items())
            if (std::ranges::find(told, key) == told.end())
                keys.push_back(key);
    return keys;
}

}  // namespace

Json describeSession(const Session& session, const std::filesystem::path& file)
{
    std::error_code none;
    const auto bytes = std::filesystem::file_size(file, none);
    Json json{{"schema", "mnemo.session.info/1"},
              {"file", shown(file)},
              {"bytes", none ? Json() : Json(bytes)},
              {"read_only", session.readOnly}};
    for (const char* key : {"title", "license", "app", "format_version", "min_reader", "created", "modified"})
        json[key] = entry(session, key);
    const SessionModels models = sessionModels(session);
    json["models"] = models.models;
    for (const char* key : {"runs", "edits", "facts"})
        json[key] = Json::array();
    for (std::size_t run = 0; run < session.results.size(); ++run)
        json["runs"].push_back(describeRun(session, run, models.ofRun[run]));
    for (const SessionEdit& edit : sessionEdits(session))
        json["edits"].push_back(describeEdit(session, edit));
    for (const SessionFact& fact : sessionFacts(session))
        json["facts"].push_back({{"prompt", fact.prompt}, {"subject", fact.subject}, {"runs", fact.runs}});
    json["saved_facts"] = listOf(session, "facts");
    json["notes"] = listOf(session, "notes");
    json["tables"] = listOf(session, "tables").size();
    json["other_keys"] = otherKeys(session);
    json["other_tensors"] = Json::array();
    for (const StoredTensor& tensor : session.otherTensors)
        json["other_tensors"].push_back({{"name", tensor.name}, {"bytes", tensor.bytes.size()}});
    return json;
}

}  // namespace mnemo
