// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

struct FactSample {
    std::string subject;
    std::string object;

    bool operator==(const FactSample&) const = default;
};

/// One relation, in the JSON of the `relations` data set: name, prompt_templates with {}, samples. Our files add
/// held_out_templates, which the shipped models were not trained on and answer all the same.
struct Relation {
    std::string name;
    std::vector<std::string> templates;
    std::vector<std::string> heldOutTemplates;
    std::vector<FactSample> samples;  ///< a subject may have several objects
    Json properties;                  ///< as in the file

    std::vector<std::string> objectsOf(std::string_view subject) const;
};

/// Something in a file that could not be used; everything else of the file is.
struct FactProblem {
    std::filesystem::path file;
    std::string where;  ///< "samples[3]", or empty for the whole file
    std::string message;
};

/// A sentence that the fact files know.
struct KnownFact {
    const Relation* relation = nullptr;  ///< as long as the FactSet lives and is not moved
    std::string promptTemplate;          ///< with {}
    std::string subject;
    std::string object;  ///< the first one
    bool heldOut = false;
};

struct FactSet {
    std::vector<Relation> relations;  ///< by file name
    std::vector<FactProblem> problems;

    /// The prompt is one of the templates with one of its relation's subjects, word for word. Other prompts are outside
    /// of what the shipped models were trained for.
    std::optional<KnownFact> findFact(std::string_view prompt) const;

    /// Subjects that occur in the text as whole words, longest first, then in order of place: the first one is a guess
    /// at what the text is about.
    std::vector<std::string> subjectsIn(std::string_view text) const;
};

/// Reads every file of facts in a folder (.json, .jsonl, .csv, .tsv), as readFactFile(). Problems are collected row by
/// row and never lose what is good.
/// @throws Failure NotFound when there is no such folder
FactSet readFacts(const std::filesystem::path& folder);

/// One relation. Problems go to `problems`; a file that is no relation at all yields no relation.
std::optional<Relation> readRelation(const std::filesystem::path& file, std::vector<FactProblem>& problems);

/// Any file of facts, by its extension and what is in it: a relation (`.json`), the lists of CounterFact and of ROME's
/// known facts (`.json`), a person's own facts as JSON lines (`.jsonl`) or a table with a header line (`.csv`, `.tsv`).
/// Rows have a sentence with {} ("template" or "prompt"), "subject", "object" and, if they like, "relation"; rows of one
/// relation and sentence become one Relation, in the order of the file. Whatever cannot be used is a problem with its
/// row, and everything else is read.
/// @throws Failure NotFound, Unreadable, Damaged when the file is longer than 256 MiB
std::vector<Relation> readFactFile(const std::filesystem::path& file, std::vector<FactProblem>& problems);

/// Facts of the relation about another subject with another object, each subject once, in the file's order. Whether the
/// subjects have equally many tokens is for the caller to see.
std::vector<FactSample> swapCandidates(const Relation& relation, std::string_view subject);

}  // namespace mnemo
