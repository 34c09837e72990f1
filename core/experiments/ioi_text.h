// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences of indirect objects: from lists of words to clean and corrupted pairs (METHODS.md §7.1).
#pragma once
#include "core/io/contrast_pairs.h"
#include "core/io/ioi_material.h"
#include "core/io/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

struct LeftOutWord {
    std::string word;
    std::string why;
};

/// The words of a material that stand for one token each, so that all pairs of a template have the same tokens.
struct IoiWords {
    std::vector<std::string> names;  ///< of these none begins another one's token
    std::vector<std::string> places;
    std::vector<std::string> objects;
    std::vector<LeftOutWord> leftOut;
};

/// @throws Failure Usage when a pattern has more names than are left, or no place or object is
IoiWords usableWords(const IoiMaterial& material, const Tokenizer& tokenizer);

/// Pairs of random template, names, place and object, the two prompts of a pair differing in names alone.
/// @param count of each corruption
/// @return corruption by corruption; groups are NamePattern::label(), marks n1, n2, …, place, object
std::vector<ContrastText> makeIoiPairs(const IoiMaterial& material, const IoiWords& words, int count,
                                       std::uint64_t seed);

/// @param material empty: the program's own; where the model is a demonstration, what that has read
/// @param model its folder
std::filesystem::path ioiMaterialFile(const std::filesystem::path& material, const std::filesystem::path& model);

struct IoiTexts {
    std::vector<ContrastText> pairs;
    std::vector<LeftOutWord> leftOut;
    std::string source;  ///< the material's file, without its folder
};

/// A material's words that this tokenizer has as one token, made into pairs.
/// @param material, model as ioiMaterialFile(), the folder the tokenizer is from
/// @throws Failure as readIoiMaterial, usableWords
IoiTexts readIoiTexts(const std::filesystem::path& material, const std::filesystem::path& model,
                      const Tokenizer& tokenizer, int count, std::uint64_t seed);

}  // namespace mnemo
