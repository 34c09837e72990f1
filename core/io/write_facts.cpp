// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/write_facts.h"

#include <algorithm>

#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/mapped_file.h"
#include "core/io/paths.h"
#include "core/io/sha256.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

constexpr std::size_t fileLimit = 16u << 20;  // of files that facts are appended to

Json sampleJson(const FactSample& fact)
{
    return {{"subject", fact.subject}, {"object", fact.object}};
}

std::string rowText(const std::string& relation, const std::string& promptTemplate, const FactSample& fact)
{
    Json row = Json::object();
    if (!relation.empty())
        row["relation"] = relation;
    row["template"] = promptTemplate;
    row.update(sampleJson(fact));
    return row.dump() + "\n";
}

std::string relationText(const Relation& relation)
{
    Json json{{"name", relation.name}, {"prompt_templates", relation.templates}};
    if (!relation.heldOutTemplates.empty())
        json["held_out_templates"] = relation.heldOutTemplates;
    if (relation.properties.is_object() && !relation.properties.empty())
        json["properties"] = relation.properties;
    json["samples"] = Json::array();
    for (const FactSample& fact : relation.samples)
        json["samples"].push_back(sampleJson(fact));
    return json.dump(2) + "\n";
}

[[noreturn]] void refuseEnding(const std::filesystem::path& file)
{
    throw Failure(ErrorCode::Usage, "Facts cannot be written as " + shown(file) + ".",
                  "Choose a name that ends in .json (one relation) or .jsonl (rows).");
}

/// Rows of one relation read from a table are named "relation: sentence"; written as rows they are named as they were.
std::string ownName(const Relation& relation)
{
    const std::string& sentence = relation.templates.front();
    if (relation.name == sentence)
        return {};
    const std::string tail = ": " + sentence;
    return relation.name.ends_with(tail) ? relation.name.substr(0, relation.name.size() - tail.size()) : relation.name;
}

/// @throws Failure Usage
void checkSentences(const std::vector<Relation>& relations)
{
    for (const Relation& relation : relations)
        if (relation.templates.empty())
            throw Failure(ErrorCode::Usage, "The relation \"" + relation.name + "\" has no sentence.",
                          "Give it a template with {} for the subject.");
}

std::string rowsText(const std::vector<Relation>& relations)
{
    std::string text;
    for (const Relation& relation : relations)
        for (const FactSample& fact : relation.samples)
            text += rowText(ownName(relation), relation.templates.front(), fact);
    return text;
}

/// A relation without sentences learns the one; facts of a relation that has some are read with its first.
/// @throws Failure
void setTemplate(Json& relation, const std::string& promptTemplate, const std::filesystem::path& file)
{
    constexpr const char* chooseOther = "Choose another file, or a name that ends in .jsonl.";
    Json& templates = relation["prompt_templates"];
    if (templates.is_null())
        templates = Json::array();
    if (!templates.is_array())
        throw Failure(ErrorCode::Damaged, "The prompt_templates of " + shown(file) + " are no list.", chooseOther);
    if (templates.empty())
        templates.push_back(promptTemplate);
    else if (std::ranges::find(templates, Json(promptTemplate)) == templates.end())
        throw Failure(ErrorCode::Usage,
                      shown(file) + " holds the facts of another sentence: " + templates.front().dump() + ".",
                      chooseOther);
}

void addSample(Json& relation, const FactSample& fact)
{
    Json& samples = relation["samples"];
    const bool there = std::ranges::any_of(samples, [&](const Json& one) {
        return one.is_object() && one.value("subject", Json()) == fact.subject &&
               one.value("object", Json()) == fact.object;
    });
    if (!there)
        samples.push_back(sampleJson(fact));
}

}  // namespace

void writeFacts(const std::vector<Relation>& relations, const std::filesystem::path& file)
{
    checkSentences(relations);
    if (file.extension() == ".json") {
        if (relations.size() != 1)
            throw Failure(ErrorCode::Usage,
                          "A .json file holds one relation, and these are " + std::to_string(relations.size()) + ".",
                          "Save them as .jsonl.");
        return writeFileAtomically(file, relationText(relations.front()));
    }
    if (file.extension() != ".jsonl")
        refuseEnding(file);
    writeFileAtomically(file, rowsText(relations));
}

std::filesystem::path keepFacts(const std::vector<Relation>& relations)
{
    checkSentences(relations);
    const std::string text = rowsText(relations);
    const std::filesystem::path file = cacheDir() / "facts" / (sha256(text).substr(0, 32) + ".jsonl");
    std::error_code problem;
    std::filesystem::create_directories(file.parent_path(), problem);  // else the file cannot be written, and says so
    writeFileAtomically(file, text);
    return file;
}

void appendFact(const std::filesystem::path& file, const std::string& promptTemplate, const FactSample& fact)
{
    const bool rows = file.extension() == ".jsonl";
    if (!rows && file.extension() != ".json")
        refuseEnding(file);
    std::error_code none;
    std::string text = std::filesystem::exists(file, none) ? readTextFile(file, fileLimit) : std::string();
    if (rows) {
        const std::string row = rowText({}, promptTemplate, fact);
        if (!text.empty() && !text.ends_with('\n'))
            text += '\n';
        if (("\n" + text).find("\n" + row) == std::string::npos)
            writeFileAtomically(file, text + row);
        return;
    }
    Json relation =
        text.empty()
            ? Json{{"name", shown(file.stem())}, {"prompt_templates", Json::array()}, {"samples", Json::array()}}
            : parseStrictOrdered(text, shown(file));
    if (!relation.is_object() || !relation.contains("samples") || !relation["samples"].is_array())
        throw Failure(ErrorCode::Damaged, shown(file) + " is no relation: it has no list of samples.",
                      "Choose another file, or a name that ends in .jsonl.");
    setTemplate(relation, promptTemplate, file);
    addSample(relation, fact);
    writeFileAtomically(file, relation.dump(2) + "\n");
}

}  // namespace mnemo
