// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/random.h"
#include "models/training/text/pattern.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// "When Mary and John went to the store, John gave a drink to": io is Mary, s is John. One word in every slot.
struct IoiSentence {
    std::string prompt;  ///< ends before the name
    std::string io;      ///< the indirect object, which is the answer
    std::string s;       ///< the giver, who is named twice
    std::string tmpl;    ///< with {first}, {second}, {giver}, {place} and {object}
    std::string place;
    std::string object;
    bool abba = false;  ///< io is named first
};

/// Sentences for the indirect object identification task (Wang et al. 2023). Immutable, any thread.
class IoiText
{
public:
    /// @throws Failure NotFound, Unreadable, Damaged
    explicit IoiText(const std::filesystem::path& json);

    enum class Pairs { Trained, HeldOut };
    IoiSentence sentence(Random& random, Pairs pairs, bool heldOutTemplate = false) const;

    const std::vector<std::string>& names() const { return m_names; }
    const std::vector<Pattern>& templates(bool heldOut) const { return heldOut ? m_heldOutTemplates : m_templates; }

    /// About 20 % of the unordered pairs of names: no training sentence has both.
    static bool isHeldOut(std::string_view a, std::string_view b);

private:
    std::vector<std::string> m_names;
    std::vector<std::string> m_places;
    std::vector<std::string> m_objects;
    std::vector<Pattern> m_templates;
    std::vector<Pattern> m_heldOutTemplates;
};

}  // namespace mnemo
