// SPDX-License-Identifier: GPL-3.0-or-later
// Facts to be changed, with what is asked before and after: how an edit is judged (METHODS.md §4.6).
#pragma once
#include "core/data/json.h"
#include "core/io/fact_set.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

struct EditCase {
    std::string id;      ///< of its own among the cases of a run
    std::string prompt;  ///< {} marks the subject
    std::string subject;
    std::string targetNew;
    std::string targetTrue;
    std::vector<std::string> paraphrases;     ///< other sentences that ask the same
    std::vector<std::string> neighbours;      ///< sentences about other subjects, whose object is the true one too
    std::vector<std::string> otherRelations;  ///< sentences about other properties of the edited subject
    std::vector<std::string> generations;     ///< beginnings of texts about the subject

    Json toJson() const;  ///< {"id","prompt","subject","target_new","target_true"}
    /// Names all that is asked: cases with one hash ask the same.
    std::string hash() const;
};

/// Cases of CounterFact: full records or reduced ones, as a list (`.json`) or one per line (`.jsonl`), and the same
/// keys without "requested_rewrite" around them. "other_relations" are sentences about the edited subject; of
/// CounterFact's "attribute_prompts" only those that name it are such. Rows that cannot be used are problems, the
/// others are read.
/// @throws Failure NotFound, Unreadable; Damaged when the file is longer than 256 MiB
std::vector<EditCase> readEditCases(const std::filesystem::path& file, std::vector<FactProblem>& problems);

/// A case for each fact that allows one, in the order of the relations' turns, each shuffled by the seed. Asked is the
/// relation's first sentence; the new object is another of the relation's, by the seed; paraphrases are its held-out
/// sentences (other ones where it has none); neighbours are asked in the edited sentence; other relations are those of
/// the list that know the subject.
/// @param most cases; the same seed gives the same ones, and more begin with fewer
std::vector<EditCase> makeEditCases(const std::vector<Relation>& relations, std::uint64_t seed, std::size_t most);

/// Texts that generated ones are compared with.
struct ReferenceText {
    std::string object;   ///< it is about something with this object, or
    std::string subject;  ///< about this subject
    std::string text;
};

/// Rows {"object","text"} and {"subject","text"}, as a list (`.json`) or one per line (`.jsonl`). Problems and errors
/// as in readEditCases.
std::vector<ReferenceText> readReferenceTexts(const std::filesystem::path& file, std::vector<FactProblem>& problems);

}  // namespace mnemo
