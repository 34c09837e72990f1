// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/fact_set.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

struct TrainingFact {
    int relation = 0;  ///< index into FactTable::relations
    std::string subject;
    std::string object;
    bool invented = false;  ///< the file's properties say `"invented": true`
};

/// All facts of a folder in one list, in the order of files and rows.
struct FactTable {
    std::vector<Relation> relations;
    std::vector<TrainingFact> facts;
    std::map<std::string, std::vector<int>> factsOf;  ///< subject → indices into `facts`
};

/// Nothing is left out: training on a part of the facts would go unnoticed.
/// @throws Failure NotFound without such a folder; Damaged naming the first problem, a file without templates, or a
///         folder without facts
FactTable readFactTable(const std::filesystem::path& folder);

/// The template with the subject in place of {}; without the object.
std::string promptOf(const Relation& relation, std::string_view promptTemplate, std::string_view subject);

}  // namespace mnemo
