// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/text/fact_table.h"

#include "core/data/error.h"
#include "core/io/utf8.h"

#include <cassert>

namespace mnemo {
namespace {

bool isInvented(const Relation& relation)
{
    const auto found = relation.properties.find("invented");
    return found != relation.properties.end() && found->is_boolean() && found->get<bool>();
}

void addFacts(FactTable& table, int index)
{
    const Relation& relation = table.relations[static_cast<std::size_t>(index)];
    const bool invented = isInvented(relation);
    for (const FactSample& sample : relation.samples) {
        table.factsOf[sample.subject].push_back(static_cast<int>(table.facts.size()));
        table.facts.push_back({index, sample.subject, sample.object, invented});
    }
}

}  // namespace

FactTable readFactTable(const std::filesystem::path& folder)
{
    FactSet set = readFacts(folder);
    if (!set.problems.empty()) {
        const FactProblem& first = set.problems.front();
        throw Failure(ErrorCode::Damaged, shown(first.file) + ": " + first.where + " " + first.message,
                      "Correct the file.");
    }
    FactTable table{std::move(set.relations), {}, {}};
    for (std::size_t i = 0; i < table.relations.size(); ++i) {
        if (table.relations[i].templates.empty())
            throw Failure(ErrorCode::Damaged, "The relation \"" + table.relations[i].name + "\" has no templates.",
                          "Add prompt_templates to its file.");
        addFacts(table, static_cast<int>(i));
    }
    if (table.facts.empty())
        throw Failure(ErrorCode::Damaged, "The folder " + shown(folder) + " has no facts.",
                      "Choose a folder with relation files.");
    return table;
}

std::string promptOf([[maybe_unused]] const Relation& relation, std::string_view promptTemplate,
                     std::string_view subject)
{
    const std::size_t at = promptTemplate.find("{}");
    assert(at != std::string_view::npos);  // readRelation lets no other template through
    return std::string(promptTemplate).replace(at, 2, subject);
}

}  // namespace mnemo
