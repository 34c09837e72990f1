// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/text/ioi_text.h"

#include "models/training/text/text_lists.h"

#include <algorithm>

namespace mnemo {
namespace {

/// FNV-1a of both names in alphabetical order, mixed: std::hash differs between machines.
std::uint64_t pairHash(std::string_view a, std::string_view b)
{
    std::uint64_t hash = 0xCBF29CE484222325u;
    const auto add = [&hash](std::string_view text) {
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    };
    add(std::min(a, b));
    add("+");
    add(std::max(a, b));
    return Random(hash).next();
}

}  // namespace

IoiText::IoiText(const std::filesystem::path& json)
{
    const TextLists lists(json);
    m_names = lists.words("names");
    m_places = lists.words("places");
    m_objects = lists.words("objects");
    const std::vector<std::string> slots{"first", "second", "giver", "place", "object"};
    m_templates = lists.patterns("templates", slots);
    m_heldOutTemplates = lists.patterns("held_out_templates", slots);
    for (const Pairs pairs : {Pairs::Trained, Pairs::HeldOut})
        lists.check(std::ranges::any_of(m_names,
                                        [&](const std::string& name) {
                                            return name != m_names.front() &&
                                                   isHeldOut(name, m_names.front()) == (pairs == Pairs::HeldOut);
                                        }),
                    "names", "has too few names: not one pair for training and one to hold out");
}

bool IoiText::isHeldOut(std::string_view a, std::string_view b)
{
    return pairHash(a, b) % 5 == 0;
}

IoiSentence IoiText::sentence(Random& random, Pairs pairs, bool heldOutTemplate) const
{
    IoiSentence made;
    do {
        made.io = random.pick(m_names);
        made.s = random.pick(m_names);
    } while (made.io == made.s || isHeldOut(made.io, made.s) != (pairs == Pairs::HeldOut));
    made.place = random.pick(m_places);
    made.object = random.pick(m_objects);
    made.abba = random.chance(0.5);
    const Pattern& pattern = random.pick(templates(heldOutTemplate));
    made.tmpl = pattern.text();
    made.prompt = plainText(pattern.filled([&made](const std::string& slot) -> TextPart {
        if (slot == "place" || slot == "object")
            return {slot == "place" ? made.place : made.object};
        return {(slot == "first") == made.abba && slot != "giver" ? made.io : made.s};
    }));
    return made;
}

}  // namespace mnemo
