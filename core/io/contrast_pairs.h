// SPDX-License-Identifier: GPL-3.0-or-later
// Pairs of a clean and a corrupted prompt with their answers, as text: what circuits are looked for with.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// A place in the clean prompt that has a name: "n1" (the first of the names), "place".
struct TextMark {
    std::string label;
    int begin = 0;  ///< code points of the clean prompt

    bool operator==(const TextMark&) const = default;
};

struct ContrastText {
    std::string clean;
    std::string corrupt;
    std::string answer;                   ///< to the clean prompt
    std::string corruptAnswer;            ///< to the corrupted one
    std::vector<std::string> candidates;  ///< answers that are compared; empty: the two
    std::string group;                    ///< what averages are taken over, such as the kind of corruption
    std::string form;                     ///< the template it was made of; empty for others
    std::vector<TextMark> marks;          ///< in the order of the text

    bool operator==(const ContrastText&) const = default;
};

/// One JSON object per line (`.jsonl`), or a JSON list of them: "clean", "corrupt", "answer", "corrupt_answer", and if
/// they like "candidates", "group", "template" and "marks" (label: code point of the clean prompt).
/// @throws Failure NotFound, Unreadable; Damaged naming the first line that is no pair; Usage when there is none
std::vector<ContrastText> readContrastPairs(const std::filesystem::path& file);

/// What readContrastPairs() reads, a line per pair.
std::string contrastLines(const std::vector<ContrastText>& pairs);

}  // namespace mnemo
