// SPDX-License-Identifier: GPL-3.0-or-later
// What the runs of a session have in common, for those who list, check, compare or repeat them.
#pragma once
#include "core/io/session.h"

#include <string>
#include <vector>

namespace mnemo {

/// A model of a session's runs: {"name","hash","architecture","layers","dtype","tf32"}, as far as the runs say so.
struct SessionModels {
    std::vector<Json> models;        ///< each once, in the order in which they first occur
    std::vector<std::size_t> ofRun;  ///< number of its model, per run
};
SessionModels sessionModels(const Session& session);

/// The parameters of a run but "records", which only says where its parts were kept.
Json inputsOf(const Result& run);

/// The edits that were on during a run, [{"hash","matrix","layer","alpha"}]: those of its provenance that have a hash.
std::vector<Json> editsDuring(const Result& run);

/// A fact that runs are about.
struct SessionFact {
    std::string prompt;
    std::string subject;
    std::vector<std::size_t> runs;
};

/// The facts of the runs of one prompt, each once, in the order in which they first occur.
std::vector<SessionFact> sessionFacts(const Session& session);

/// The entries of a list in the session's document ("facts", "notes", "tables", …); a text counts as a list of one.
/// Empty where there is none.
std::vector<Json> listOf(const Session& session, const char* key);

/// Bytes of a run's tensors.
std::size_t tensorBytes(const Result& run);

/// A text of an object that others may have written; empty where there is none.
std::string textOf(const Json& object, const char* key);

}  // namespace mnemo
