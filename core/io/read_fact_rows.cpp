// SPDX-License-Identifier: GPL-3.0-or-later
// Files of facts that have a row per fact.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <optional>

#include "core/io/csv.h"
#include "core/io/fact_set.h"
#include "core/io/json_rows.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

/// One fact with the sentence it is asked in.
struct Row {
    std::string relation;  ///< may be empty
    std::string promptTemplate;
    FactSample sample;
};

/// Rows of one relation and sentence together.
class Grouped
{
public:
    void add(Row row)
    {
        const auto [found, isNew] = m_places.try_emplace({row.relation, row.promptTemplate}, m_relations.size());
        if (isNew) {
            Relation& relation = m_relations.emplace_back();
            relation.name = row.relation.empty() ? row.promptTemplate : row.relation + ": " + row.promptTemplate;
            relation.templates = {row.promptTemplate};
            relation.properties = Json::object();
        }
        m_relations[found->second].samples.push_back(std::move(row.sample));
    }

    std::vector<Relation> take() { return std::move(m_relations); }

private:
    std::map<std::pair<std::string, std::string>, std::size_t> m_places;
    std::vector<Relation> m_relations;
};

/// The sentence with {}. ROME's known facts have it whole only as a prompt that names the subject.
std::string sentenceOf(const Json& fact, const std::string& subject)
{
    std::string prompt = textOf(fact, {"prompt"});
    const std::size_t at = subject.empty() ? std::string::npos : prompt.rfind(subject);
    if (prompt.find("{}") == std::string::npos && at != std::string::npos)
        prompt.replace(at, subject.size(), "{}");
    const std::string given = textOf(fact, {"template"});
    return prompt.find("{}") != std::string::npos || given.empty() ? prompt : given;
}

class RowReader
{
public:
    RowReader(const std::filesystem::path& file, std::vector<FactProblem>& problems)
        : m_file(file), m_problems(problems)
    {
    }

    std::vector<Relation> read()
    {
        const auto tell = [this](const std::string& where, const std::string& message) { problem(where, message); };
        const std::optional<std::string> text = readRowText(m_file, tell);
        if (!text)
            return {};
        const std::string extension = m_file.extension().string();
        if (extension == ".csv" || extension == ".tsv")
            readTable(*text);
        else
            forEachJsonRow(m_file, *text, "It is neither a relation with samples nor a list of facts.", tell,
                           [this](const Json& row, const std::string& where) { addRow(row, where); });
        std::vector<Relation> relations = m_grouped.take();
        if (relations.empty())
            problem("", "It holds no fact that can be used.");
        return relations;
    }

private:
    void problem(const std::string& where, const std::string& message)
    {
        m_problems.push_back({m_file, where, message});
    }

    /// A row of CounterFact, of ROME's known facts, or of one's own.
    void addRow(const Json& json, const std::string& where)
    {
        if (!json.is_object())
            return problem(where, "It is no object.");
        const Json& fact = json.contains("requested_rewrite") ? json["requested_rewrite"] : json;
        std::string object = textOf(fact, {"object", "attribute", "target"});
        if (object.empty() && fact.is_object() && fact.contains("target_true"))
            object = textOf(fact["target_true"], {"str"});
        std::string subject = textOf(fact, {"subject"});
        std::string sentence = sentenceOf(fact, subject);
        add({textOf(fact, {"relation", "relation_id"}), std::move(sentence), {std::move(subject), std::move(object)}},
            where);
    }

    void add(Row row, const std::string& where)
    {
        for (const auto& [text, key] :
             {std::pair(&row.sample.subject, "subject"), std::pair(&row.sample.object, "object"),
              std::pair(&row.promptTemplate, "template")}) {
            if (text->empty())
                return problem(where, std::string("It has no ") + key + ".");
            if (repairUtf8(*text) != *text)
                return problem(where, std::string("Its ") + key + " is not UTF-8.");
        }
        if (row.promptTemplate.find("{}") == std::string::npos)
            return problem(where, "Its template \"" + row.promptTemplate + "\" has no {} for the subject.");
        m_grouped.add(std::move(row));
    }

    void readTable(const std::string& text)
    {
        const std::string_view first = std::string_view(text).substr(0, text.find('\n'));
        char separator = ',';
        for (const char candidate : {';', '\t'})
            if (std::ranges::count(first, candidate) > std::ranges::count(first, separator))
                separator = candidate;
        std::size_t at = 0;
        std::vector<std::string> header = csvFieldsAt(text, separator, at);
        for (std::string& name : header)
            std::ranges::transform(name, name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
        const auto column = [&](std::initializer_list<const char*> names) -> std::optional<std::size_t> {
            for (const char* name : names)
                if (const auto found = std::ranges::find(header, name); found != header.end())
                    return std::size_t(found - header.begin());
            return std::nullopt;
        };
        const auto subject = column({"subject"}), object = column({"object", "target"});
        const auto sentence = column({"template", "prompt"}), relation = column({"relation"});
        if (!subject || !object || !sentence)
            return problem("line 1", "The header names no columns subject, object and template.");
        for (int row = 2; at < text.size(); ++row) {
            const std::vector<std::string> fields = csvFieldsAt(text, separator, at);
            if (fields.size() == 1 && fields[0].empty())
                continue;
            const auto field = [&](std::optional<std::size_t> i) {
                return i && *i < fields.size() ? fields[*i] : std::string();
            };
            add({field(relation), field(sentence), {field(subject), field(object)}}, "row " + std::to_string(row));
        }
    }

    std::filesystem::path m_file;
    std::vector<FactProblem>& m_problems;
    Grouped m_grouped;
};

/// A JSON object with samples; anything else has a row per fact.
bool isRelationFile(const std::filesystem::path& file)
{
    if (file.extension() != ".json")
        return false;
    std::ifstream in(file, std::ios::binary);
    for (char c = 0; in.get(c);)
        if (std::string_view(" \t\r\n\xEF\xBB\xBF").find(c) == std::string_view::npos)
            return c != '[';
    return true;
}

}  // namespace

std::vector<Relation> readFactFile(const std::filesystem::path& file, std::vector<FactProblem>& problems)
{
    if (!isRelationFile(file))
        return RowReader(file, problems).read();
    std::vector<Relation> relations;
    if (std::optional<Relation> relation = readRelation(file, problems))
        relations.push_back(std::move(*relation));
    return relations;
}

}  // namespace mnemo
