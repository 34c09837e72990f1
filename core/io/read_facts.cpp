// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/io/fact_set.h"
#include "core/io/mapped_file.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr const char* factExtensions[] = {".json", ".jsonl", ".csv", ".tsv"};

class Reader
{
public:
    Reader(const std::filesystem::path& file, std::vector<FactProblem>& problems) : m_file(file), m_problems(problems)
    {
    }

    std::optional<Relation> read()
    try {
        // No duplicate keys and a bounded depth; the parsed text is small.
        const Json json = parseStrictOrdered(readTextFile(m_file, 16u << 20), shown(m_file));
        if (!json.is_object() || !json.contains("samples") || !json["samples"].is_array()) {
            problem("", "It has no list of samples, so it is no relation.");
            return std::nullopt;
        }
        Relation relation;
        relation.name =
            json.contains("name") && json["name"].is_string() ? json["name"].get<std::string>() : shown(m_file.stem());
        relation.properties = json.value("properties", Json::object());
        relation.templates = templates(json, "prompt_templates");
        relation.heldOutTemplates = templates(json, "held_out_templates");
        for (std::size_t i = 0; i < json["samples"].size(); ++i)
            sample(json["samples"][i], "samples[" + std::to_string(i) + "]", relation);
        return relation;
    } catch (const Failure& failure) {
        problem("", failure.error().message);
        return std::nullopt;
    }

private:
    void problem(const std::string& where, const std::string& message)
    {
        m_problems.push_back({m_file, where, message});
    }

    std::vector<std::string> templates(const Json& json, const char* key)
    {
        std::vector<std::string> found;
        if (!json.contains(key))
            return found;
        if (!json[key].is_array()) {
            problem(key, "It is not a list.");
            return found;
        }
        for (std::size_t i = 0; i < json[key].size(); ++i) {
            const Json& one = json[key][i];
            if (one.is_string() && one.get_ref<const std::string&>().find("{}") != std::string::npos)
                found.push_back(one.get<std::string>());
            else
                problem(key + ("[" + std::to_string(i) + "]"), "It is not a text with {} for the subject.");
        }
        return found;
    }

    void sample(const Json& json, const std::string& where, Relation& relation)
    {
        FactSample made;
        for (const auto& [key, text] : {std::pair("subject", &made.subject), std::pair("object", &made.object)}) {
            if (!json.is_object() || !json.contains(key) || !json[key].is_string() || json[key] == "") {
                problem(where, std::string("It has no ") + key + ".");
                return;
            }
            *text = json[key].get<std::string>();
        }
        relation.samples.push_back(std::move(made));
    }

    std::filesystem::path m_file;
    std::vector<FactProblem>& m_problems;
};

}  // namespace

std::optional<Relation> readRelation(const std::filesystem::path& file, std::vector<FactProblem>& problems)
{
    return Reader(file, problems).read();
}

FactSet readFacts(const std::filesystem::path& folder)
{
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        if (std::ranges::find(factExtensions, entry.path().extension()) != std::end(factExtensions))
            files.push_back(entry.path());
    if (error)
        throw Failure(ErrorCode::NotFound, "The folder of facts " + shown(folder) + " cannot be read.",
                      "Check the path, or set MNEMO_DATA_DIR.");
    std::ranges::sort(files);
    FactSet facts;
    for (const auto& file : files)
        try {
            std::ranges::move(readFactFile(file, facts.problems), std::back_inserter(facts.relations));
        } catch (const Failure& failure) {
            facts.problems.push_back({file, "", failure.error().message});
        }
    return facts;
}

}  // namespace mnemo
