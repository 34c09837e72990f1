// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "models/training/text/pattern.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mnemo {

/// What is said around the facts and between them, from filler.json.
struct FillerText {
    std::vector<std::string> openers;   ///< "In fact,": before a fact sentence
    std::vector<std::string> tagLeads;  ///< "Tags:": before a subject and its objects
    std::vector<Pattern> pairs;         ///< subjects {A} {B}, then their objects {a} {b}; {range}: "city"
    std::vector<Pattern> triples;       ///< the same with {C} and {c}
    std::vector<Pattern> sentences;     ///< slots are keys of `words`, or {subject}, or one {name}
    std::map<std::string, std::vector<std::string>> words;
};

/// @throws Failure NotFound, Unreadable, Damaged
FillerText readFillerText(const std::filesystem::path& json);

}  // namespace mnemo
