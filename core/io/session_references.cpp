// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_references.h"

#include "core/io/session_parts.h"

#include <algorithm>
#include <set>

namespace mnemo {
namespace {

constexpr const char* lists[] = {"facts", "notes", "tables", "batches", "figures"};

bool isNumberBelow(const Json& json, std::size_t count)
{
    return json.is_number_integer() && json.get<std::int64_t>() >= 0 && json.get<std::uint64_t>() < count;
}

/// The entry that a number or an id stands for is there.
bool isEntry(const Json& json, const std::vector<Json>& entries)
{
    return isNumberBelow(json, entries.size()) ||
           (json.is_string() && std::ranges::any_of(entries, [&](const Json& entry) {
                return textOf(entry, "id") == json.get_ref<const std::string&>();
            }));
}

class References
{
public:
    explicit References(const Session& session)
        : m_session(session), m_facts(listOf(session, "facts")), m_edits(listOf(session, "edits"))
    {
    }

    std::vector<std::string> problems()
    {
        for (const char* list : lists)
            checkList(list);
        return std::move(m_problems);
    }

private:
    void checkList(const char* list)
    {
        const Json& document = m_session.document;
        if (!document.is_object() || !document.contains(list))
            return;
        if (!document[list].is_array()) {
            if (!document[list].is_string() && !document[list].is_null())
                m_problems.push_back(std::string("The session's ") + list + " are no list.");
            return;
        }
        std::set<std::string> ids;
        for (std::size_t i = 0; i < document[list].size(); ++i) {
            const Json& entry = document[list][i];
            const std::string name = "Entry " + std::to_string(i) + " of the session's " + list;
            if (!entry.is_object())
                continue;  // a text, for example
            if (const std::string id = textOf(entry, "id"); !id.empty() && !ids.insert(id).second)
                m_problems.push_back(name + " has the id " + id + " of another entry.");
            checkEntry(name, entry);
        }
    }

    void checkEntry(const std::string& name, const Json& entry)
    {
        const auto check = [&](const char* key, const char* what, const auto& isThere) {
            if (entry.contains(key) && !entry[key].is_null() && !isThere(entry[key]))
                m_problems.push_back(name + " names " + what + " " + entry[key].dump(-1, ' ', true) +
                                     ", which is not there.");
        };
        const auto isRun = [&](const Json& json) { return isNumberBelow(json, m_session.results.size()); };
        check("run", "the run", isRun);
        check("runs", "the runs",
              [&](const Json& json) { return json.is_array() && std::ranges::all_of(json, isRun); });
        check("fact", "the fact", [&](const Json& json) { return isEntry(json, m_facts); });
        check("edit", "the edit", [&](const Json& json) { return isEntry(json, m_edits); });
    }

    const Session& m_session;
    std::vector<Json> m_facts;
    std::vector<Json> m_edits;
    std::vector<std::string> m_problems;
};

}  // namespace

std::vector<std::string> referenceProblems(const Session& session)
{
    return References(session).problems();
}

}  // namespace mnemo
