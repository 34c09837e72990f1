// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/fact_set.h"

namespace mnemo {

/// Writes facts in the form that the file's ending names: one relation (`.json`), or rows of any relations (`.jsonl`),
/// each with its relation's first sentence. Whole or not at all; readFactFile() gives the same facts back.
/// @throws Failure Usage for another ending, for several relations in a `.json`, or when a relation has no sentence;
///         WriteFailed
void writeFacts(const std::vector<Relation>& relations, const std::filesystem::path& file);

/// Writes rows of any relations, as writeFacts() does, into the cache folder under a name that follows from what they
/// say: the same facts are the same file. @throws Failure Usage when a relation has no sentence; WriteFailed
std::filesystem::path keepFacts(const std::vector<Relation>& relations);

/// One fact more in a file of one's own, which is made when it is not there: a row of a `.jsonl`, or a sample of a
/// relation (`.json`), whose other keys stay as they are. The file is replaced as a whole. A fact that is there already
/// is not written twice.
/// @param promptTemplate with {}; a relation that has no sentence yet learns it
/// @throws Failure Usage for another ending, or when the relation has other sentences only; Damaged when the file is
///         no relation; Unreadable, WriteFailed
void appendFact(const std::filesystem::path& file, const std::string& promptTemplate, const FactSample& fact);

}  // namespace mnemo
