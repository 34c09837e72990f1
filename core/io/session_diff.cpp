// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_diff.h"

#include "core/io/edit_file.h"
#include "core/io/json_difference.h"
#include "core/io/session_edits.h"
#include "core/io/session_parts.h"
#include "core/io/sha256.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mnemo {
namespace {

constexpr std::array itemLists{"facts", "notes", "tables"};
constexpr std::array looks{"view", "undo"};
constexpr std::array stamps{"format",   "format_version", "min_reader",     "app",           "created",
                            "modified", "session",        "sha256:session", "sha256:tensors"};

template <class Words>
bool isOneOf(const Words& words, const std::string& word)
{
    return std::ranges::find(words, word) != words.end();
}

/// All that a run was asked, as a text that is the same for the same question.
std::string questionOf(const Result& run, const Json& model)
{
    nlohmann::json question{{"kind", run.kind}, {"parameters", inputsOf(run)}};  // sorted keys
    for (const char* key : {"hash", "dtype", "tf32"})
        if (model.contains(key))
            question[key] = model[key];
    for (const Json& edit : editsDuring(run))
        question["edits"].push_back({edit["hash"], edit.value("alpha", Json(1))});
    return question.dump();
}

std::vector<std::string> questionsOf(const Session& session)
{
    const SessionModels models = sessionModels(session);
    std::vector<std::string> questions;
    for (std::size_t run = 0; run < session.results.size(); ++run)
        questions.push_back(questionOf(*session.results[run], models.models[models.ofRun[run]]));
    return questions;
}

/// "layer 3, token Paris"
std::string placeOf(const Array& array, std::size_t cell)
{
    std::string place;
    for (std::size_t i = array.axes.size(); i-- > 0;) {
        const auto size = std::size_t(array.axes[i].size());
        place = array.axes[i].name + " " + array.axes[i].labels[cell % size] + (place.empty() ? "" : ", ") + place;
        cell /= size;
    }
    return place;
}

/// Null when the arrays are equal.
Json diffArrays(const Array& first, const Array& second, double tolerance)
{
    if (first.axes != second.axes || first.unit != second.unit)
        return {{"name", first.name}, {"problem", "other axes"}};
    std::size_t cells = 0, states = 0, worst = 0;
    double largest = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (first.states[i] != second.states[i])
            ++states;
        const double difference = numberDifference(first.values[i], second.values[i]);
        if (difference <= tolerance)
            continue;
        ++cells;
        if (difference > largest) {
            largest = difference;
            worst = i;
        }
    }
    if (cells == 0 && states == 0)
        return nullptr;
    Json json{{"name", first.name}, {"cells", cells}, {"states", states}};
    if (cells > 0) {
        json["largest"] = std::isinf(largest) ? Json() : Json(largest);  // null: a number beside none
        json["at"] = placeOf(first, worst);
    }
    return json;
}

Json diffAllArrays(const Result& first, const Result& second, double tolerance)
{
    Json arrays = Json::array();
    for (const ArrayPtr& array : first.arrays)
        if (const ArrayPtr other = second.find(array->name); !other)
            arrays.push_back({{"name", array->name}, {"problem", "only in the first"}});
        else if (Json json = diffArrays(*array, *other, tolerance); !json.is_null())
            arrays.push_back(std::move(json));
    for (const ArrayPtr& array : second.arrays)
        if (!first.find(array->name))
            arrays.push_back({{"name", array->name}, {"problem", "only in the second"}});
    return arrays;
}

/// What differs between two runs that were asked the same; null when nothing does.
Json diffRuns(const Result& first, const Result& second, double tolerance)
{
    Json json = Json::object();
    if (Json arrays = diffAllArrays(first, second, tolerance); !arrays.empty())
        json["arrays"] = std::move(arrays);
    const Json heads = jsonDifferences(first.head, second.head, tolerance);
    if (!heads.empty())
        json["head"] = heads;
    if (first.title != second.title)
        json["titles"] = {first.title, second.title};
    if (numberDifference(first.done, second.done) > tolerance)
        json["done"] = {first.done, second.done};
    return json.empty() ? Json() : json;
}

Json named(const Session& session, std::size_t run)
{
    const Result& result = *session.results[run];
    return {{"run", run},
            {"kind", result.kind},
            {"title", result.title},
            {"model", textOf(result.model, "name")},
            {"dtype", textOf(result.model, "dtype")}};
}

Json diffAllRuns(const Session& first, const Session& second, double tolerance)
{
    const std::vector<std::string> asked = questionsOf(first);
    std::vector<std::string> left = questionsOf(second);
    Json json{{"same", 0}, {"differ", Json::array()}, {"only_first", Json::array()}, {"only_second", Json::array()}};
    std::size_t same = 0;
    std::vector<bool> taken(left.size(), false);
    for (std::size_t run = 0; run < asked.size(); ++run) {
        std::size_t other = 0;
        while (other < left.size() && (taken[other] || left[other] != asked[run]))
            ++other;
        if (other == left.size()) {
            json["only_first"].push_back(named(first, run));
            continue;
        }
        taken[other] = true;
        Json difference = diffRuns(*first.results[run], *second.results[other], tolerance);
        if (difference.is_null()) {
            ++same;
            continue;
        }
        Json entry{{"first", run},
                   {"second", other},
                   {"kind", first.results[run]->kind},
                   {"title", first.results[run]->title}};
        entry.update(difference);
        json["differ"].push_back(std::move(entry));
    }
    for (std::size_t run = 0; run < left.size(); ++run)
        if (!taken[run])
            json["only_second"].push_back(named(second, run));
    json["same"] = same;
    return json;
}

/// Entries by what they are called; those of one name in both that are not equal differ.
Json diffNamed(const std::vector<std::pair<std::string, Json>>& first,
               const std::vector<std::pair<std::string, Json>>& second)
{
    Json json{{"differ", Json::array()}, {"only_first", Json::array()}, {"only_second", Json::array()}};
    std::vector<bool> taken(second.size(), false);
    for (const auto& [name, value] : first) {
        std::size_t other = 0;
        while (other < second.size() && (taken[other] || second[other].first != name))
            ++other;
        if (other == second.size()) {
            json["only_first"].push_back(value);
            continue;
        }
        taken[other] = true;
        if (!jsonDifferences(value, second[other].second, 0).empty())
            json["differ"].push_back({{"first", value}, {"second", second[other].second}});
    }
    for (std::size_t i = 0; i < second.size(); ++i)
        if (!taken[i])
            json["only_second"].push_back(second[i].second);
    return json;
}

std::vector<std::pair<std::string, Json>> editsOf(const Session& session)
{
    std::vector<std::pair<std::string, Json>> edits;
    for (const SessionEdit& edit : sessionEdits(session)) {
        const Result& run = *session.results[edit.run];
        const EditTerm term = editOf(run).term;
        const std::string title = term.matrix + ", layer " + std::to_string(term.layer) + ": " +
                                  textOf(run.parameters, "subject") + " → " + textOf(run.parameters, "target");
        edits.emplace_back(term.hash,
                           Json{{"hash", term.hash}, {"title", title}, {"on", edit.on}, {"alpha", edit.alpha}});
    }
    return edits;
}

/// By id where they have one, else each is its own name.
std::vector<std::pair<std::string, Json>> itemsOf(const Session& session, const char* list)
{
    std::vector<std::pair<std::string, Json>> items;
    for (const Json& item : listOf(session, list)) {
        const std::string id = textOf(item, "id");
        items.emplace_back(id.empty() ? item.dump() : id, item);
    }
    return items;
}

/// What is not named by itself: keys of the document, entries of the metadata, tensors of no run.
std::vector<std::pair<std::string, Json>> othersOf(const Session& session)
{
    std::vector<std::pair<std::string, Json>> others;
    const auto add = [&](const std::string& name, const Json& value) {
        others.emplace_back(name, Json{{"name", name}, {"value", value}});
    };
    for (const auto& [key, value] : session.metadata)
        if (!isOneOf(stamps, key))
            add(key, value);
    if (session.document.is_object())
        for (const auto& [key, value] : session.document.items())
            if (key != "edits" && !isOneOf(itemLists, key) && !isOneOf(looks, key))
                add(key, value);
    for (const StoredTensor& tensor : session.otherTensors) {
        Json entry{{"name", tensor.name}, {"dtype", dtypeName(tensor.dtype)}, {"shape", tensor.shape}};
        entry["sha256"] = sha256({reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()});
        others.emplace_back("tensor " + tensor.name, std::move(entry));
    }
    return others;
}

bool isEmpty(const Json& part)
{
    return part["differ"].empty() && part["only_first"].empty() && part["only_second"].empty();
}

}  // namespace

Json diffSessions(const Session& first, const Session& second, double tolerance)
{
    Json parts{{"runs", diffAllRuns(first, second, tolerance)}, {"edits", diffNamed(editsOf(first), editsOf(second))}};
    for (const char* list : itemLists)
        parts[list] = diffNamed(itemsOf(first, list), itemsOf(second, list));
    parts["others"] = diffNamed(othersOf(first), othersOf(second));
    Json json{{"schema", "mnemo.session.diff/1"},
              {"tolerance", tolerance},
              {"equal", std::all_of(parts.begin(), parts.end(), isEmpty)}};
    json.update(parts);
    return json;
}

}  // namespace mnemo
