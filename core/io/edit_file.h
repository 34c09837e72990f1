// SPDX-License-Identifier: GPL-3.0-or-later
// Edits as files: one rank-one term with everything it was made of (docs/json.md, "Edits").
#pragma once
#include "core/data/edit.h"
#include "core/data/result.h"

#include <filesystem>
#include <string>

namespace mnemo {

/// A made edit: what goes beside the weight, and where it comes from.
struct Edit {
    EditTerm term;
    Json model;       ///< as Result::model: name, hash, architecture, …
    Json parameters;  ///< the request: prompt, subject, target, …
    Json head;        ///< templates, statistics, before and after, … (docs/json.md, mnemo.rome/1)
    Json provenance;
};

/// Everything but the vectors: {"hash","matrix","layer","model","parameters","head","provenance"}.
Json toJson(const Edit& edit);

/// SHA-256 over matrix, layer, u and v.
std::string hashOf(const EditTerm& term);

/// The edit that a finished result of kind "rome" holds, rounded to float.
/// @throws Failure BadMessage when it lacks the vectors
Edit editOf(const Result& rome);

/// Writes a "rome" result as a delta: `<module>.u`, `<module>.v`, the vectors it was made of (F32), and the rest as
/// metadata. @throws Failure BadMessage, WriteFailed
void writeEdit(const Result& rome, const std::filesystem::path& file);

/// A delta as the finished "rome" result it was made of, but for the curves of the search: writing it again gives the
/// same file. @throws Failure as readEdit()
Result readRome(const std::filesystem::path& file);

/// @throws Failure NotFound, Unreadable, Damaged naming the file and what is wrong with it
Edit readEdit(const std::filesystem::path& file);

/// Refuses an edit of another model. @param model as Result::model
/// @throws Failure UnknownModel naming both models
void checkMadeFor(const Edit& edit, const Json& model);

}  // namespace mnemo
