// SPDX-License-Identifier: GPL-3.0-or-later
// What sentences for the indirect object identification task are made of (Wang et al. 2023; with three names: Ensign
// and Garriga-Alonso 2024, METHODS.md §7.1).
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// How a clean sentence and its corruption name people: a letter for each [NAME] of a template, in order, and one for
/// the answer. Written "CAB AB C"; spaces mean nothing.
struct NamePattern {
    std::string clean;
    std::string corrupt;

    std::string label() const { return clean + " | " + corrupt; }
    bool operator==(const NamePattern&) const = default;
};

std::string lettersOf(std::string_view pattern);  ///< without spaces: of the slots, then of the answer

struct IoiMaterial {
    std::vector<std::string> templates;  ///< with [NAME] for each slot, and at most one [PLACE] and one [OBJECT]
    std::vector<NamePattern> corruptions;
    std::vector<std::string> places;
    std::vector<std::string> objects;
    std::vector<std::string> names;
};

enum class TemplateMark { Name, Place, Object };

/// Of a template: text, and what is filled in behind it.
struct TemplatePiece {
    std::string text;
    std::optional<TemplateMark> mark;  ///< of all but the last
};
std::vector<TemplatePiece> piecesOf(std::string_view promptTemplate);  ///< at least one

/// Whether a text is one of the templates filled in with words of the lists; the names may be the same ones.
bool isSentenceOf(const IoiMaterial& material, std::string_view text);

int nameSlots(std::string_view promptTemplate);
int nameSlots(const IoiMaterial& material);  ///< the most that one of its corruptions has

/// A JSON object with lists under templates, corruptions (of {"clean", "corrupt"}), places, objects and names. The
/// published data's own keys are read as well.
/// @throws Failure NotFound, Unreadable; Damaged naming the entry that cannot be used
IoiMaterial readIoiMaterial(const std::filesystem::path& file);

/// The program's own material. @param twoNames what the demonstration models have read: two people, three names
std::filesystem::path shippedIoiMaterial(bool twoNames);

}  // namespace mnemo
