// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/edit_cases.h"

#include <algorithm>
#include <set>

#include "core/io/json_rows.h"
#include "core/io/sha256.h"

namespace mnemo {
namespace {

/// An object's text: {"str": "Rome"} in CounterFact, or the text alone.
std::string objectOf(const Json& json, const char* key)
{
    return json.contains(key) && json[key].is_object() ? textOf(json[key], {"str"}) : textOf(json, {key});
}

std::string idOf(const Json& row)
{
    for (const char* key : {"case_id", "id"})
        if (row.contains(key) && row[key].is_number_integer())
            return row[key].dump();
    return textOf(row, {"case_id", "id"});
}

class CaseReader
{
public:
    CaseReader(const std::filesystem::path& file, std::vector<FactProblem>& problems)
        : m_file(file), m_problems(problems)
    {
    }

    std::vector<EditCase> read()
    {
        const auto tell = [this](const std::string& where, const std::string& message) { problem(where, message); };
        const std::optional<std::string> text = readRowText(m_file, tell);
        if (!text)
            return {};
        forEachJsonRow(m_file, *text, "It is no list of cases.", tell,
                       [this](const Json& row, const std::string& where) { addRow(row, where); });
        if (m_cases.empty())
            problem("", "It holds no case that can be used.");
        return std::move(m_cases);
    }

private:
    void problem(const std::string& where, const std::string& message)
    {
        m_problems.push_back({m_file, where, message});
    }

    void addRow(const Json& row, const std::string& where)
    {
        if (!row.is_object())
            return problem(where, "It is no object.");
        const Json& rewrite = row.contains("requested_rewrite") ? row["requested_rewrite"] : row;
        if (!rewrite.is_object())
            return problem(where, "Its requested_rewrite is no object.");
        EditCase made;
        made.id = idOf(row);
        if (made.id.empty())
            made.id = where;
        made.prompt = textOf(rewrite, {"prompt", "template"});
        made.subject = textOf(rewrite, {"subject"});
        made.targetNew = objectOf(rewrite, "target_new");
        made.targetTrue = objectOf(rewrite, "target_true");
        if (hasAll(made, where) && hasSentences(made, row, where))
            add(std::move(made), where);
    }

    bool hasAll(const EditCase& made, const std::string& where)
    {
        for (const auto& [text, key] :
             {std::pair(&made.prompt, "prompt"), std::pair(&made.subject, "subject"),
              std::pair(&made.targetNew, "target_new"), std::pair(&made.targetTrue, "target_true")})
            if (text->empty()) {
                problem(where, std::string("It has no ") + key + ".");
                return false;
            }
        if (made.prompt.find("{}") == std::string::npos)
            problem(where, "Its prompt \"" + made.prompt + "\" has no {} for the subject.");
        else if (made.targetNew == made.targetTrue)
            problem(where, "Its new object is the true one, \"" + made.targetTrue + "\".");
        else
            return true;
        return false;
    }

    bool hasSentences(EditCase& made, const Json& row, const std::string& where)
    {
        std::vector<std::string> attributes;
        if (!readSentences(row, "paraphrase_prompts", made.paraphrases, where) ||
            !readSentences(row, "neighborhood_prompts", made.neighbours, where) ||
            !readSentences(row, "other_relations", made.otherRelations, where) ||
            !readSentences(row, "attribute_prompts", attributes, where) ||
            !readSentences(row, "generation_prompts", made.generations, where))
            return false;
        for (std::string& attribute : attributes)
            if (attribute.find(made.subject) != std::string::npos)
                made.otherRelations.push_back(std::move(attribute));
        return true;
    }

    bool readSentences(const Json& row, const char* key, std::vector<std::string>& sentences, const std::string& where)
    {
        if (!row.contains(key) || row[key].is_null())
            return true;
        const Json& list = row[key];
        if (!list.is_array() ||
            !std::ranges::all_of(list, [](const Json& one) { return one.is_string() && one != ""; })) {
            problem(where, std::string("Its ") + key + " are no list of sentences.");
            return false;
        }
        for (const Json& one : list)
            sentences.push_back(one.get<std::string>());
        return true;
    }

    void add(EditCase made, const std::string& where)
    {
        if (!m_ids.insert(made.id).second)
            return problem(where, "Another case has its id, " + made.id + ".");
        m_cases.push_back(std::move(made));
    }

    std::filesystem::path m_file;
    std::vector<FactProblem>& m_problems;
    std::vector<EditCase> m_cases;
    std::set<std::string> m_ids;
};

}  // namespace

Json EditCase::toJson() const
{
    return {
        {"id", id}, {"prompt", prompt}, {"subject", subject}, {"target_new", targetNew}, {"target_true", targetTrue}};
}

std::string EditCase::hash() const
{
    Json json = toJson();
    json["sentences"] = {paraphrases, neighbours, otherRelations, generations};
    return sha256(json.dump());
}

std::vector<EditCase> readEditCases(const std::filesystem::path& file, std::vector<FactProblem>& problems)
{
    return CaseReader(file, problems).read();
}

std::vector<ReferenceText> readReferenceTexts(const std::filesystem::path& file, std::vector<FactProblem>& problems)
{
    std::vector<ReferenceText> texts;
    const auto tell = [&](const std::string& where, const std::string& message) {
        problems.push_back({file, where, message});
    };
    const std::optional<std::string> rows = readRowText(file, tell);
    if (!rows)
        return texts;
    forEachJsonRow(file, *rows, "It is no list of texts.", tell, [&](const Json& row, const std::string& where) {
        ReferenceText text{textOf(row, {"object"}), textOf(row, {"subject"}), textOf(row, {"text"})};
        if (text.text.empty() || text.object.empty() == text.subject.empty())
            return tell(where, "It needs a text, and either an object or a subject that it is about.");
        texts.push_back(std::move(text));
    });
    if (texts.empty())
        tell("", "It holds no text that can be used.");
    return texts;
}

}  // namespace mnemo
