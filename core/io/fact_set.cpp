// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/fact_set.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace mnemo {
namespace {

constexpr std::string_view hole = "{}";

/// Part of a word: letters and digits, and everything beyond ASCII.
bool isWordByte(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0;
}

/// Place of `word` in the text where it stands alone, or npos.
std::size_t findWord(std::string_view text, std::string_view word)
{
    if (word.empty())
        return std::string_view::npos;
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool startsWord = at == 0 || !isWordByte(text[at - 1]) || !isWordByte(word.front());
        const bool endsWord = end == text.size() || !isWordByte(text[end]) || !isWordByte(word.back());
        if (startsWord && endsWord)
            return at;
    }
    return std::string_view::npos;
}

/// What stands in the template's hole, when the rest of the prompt is the template.
std::optional<std::string> filledWith(std::string_view prompt, std::string_view promptTemplate)
{
    const std::size_t at = promptTemplate.find(hole);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::string_view before = promptTemplate.substr(0, at);
    const std::string_view after = promptTemplate.substr(at + hole.size());
    if (prompt.size() <= before.size() + after.size() || !prompt.starts_with(before) || !prompt.ends_with(after))
        return std::nullopt;
    return std::string(prompt.substr(before.size(), prompt.size() - before.size() - after.size()));
}

}  // namespace

std::vector<std::string> Relation::objectsOf(std::string_view subject) const
{
    std::vector<std::string> objects;
    for (const FactSample& sample : samples)
        if (sample.subject == subject)
            objects.push_back(sample.object);
    return objects;
}

std::optional<KnownFact> FactSet::findFact(std::string_view prompt) const
{
    for (const Relation& relation : relations)
        for (const auto* templates : {&relation.templates, &relation.heldOutTemplates})
            for (const std::string& promptTemplate : *templates) {
                const auto subject = filledWith(prompt, promptTemplate);
                if (!subject)
                    continue;
                if (const auto objects = relation.objectsOf(*subject); !objects.empty())
                    return KnownFact{&relation, promptTemplate, *subject, objects.front(),
                                     templates == &relation.heldOutTemplates};
            }
    return std::nullopt;
}

std::vector<std::string> FactSet::subjectsIn(std::string_view text) const
{
    struct Found {
        std::size_t size;
        std::size_t at;
        std::string_view subject;
        auto key() const { return std::tuple(-std::ptrdiff_t(size), at, subject); }
        bool operator<(const Found& other) const { return key() < other.key(); }
    };
    std::set<Found> found;
    for (const Relation& relation : relations)
        for (const FactSample& sample : relation.samples)
            if (const std::size_t at = findWord(text, sample.subject); at != std::string_view::npos)
                found.insert({sample.subject.size(), at, sample.subject});
    std::vector<std::string> subjects;
    for (const Found& one : found)
        subjects.emplace_back(one.subject);
    return subjects;
}

std::vector<FactSample> swapCandidates(const Relation& relation, std::string_view subject)
{
    const std::vector<std::string> own = relation.objectsOf(subject);
    const auto sharesObject = [&](const FactSample& sample) {
        const auto objects = relation.objectsOf(sample.subject);
        return std::ranges::any_of(
            objects, [&](const std::string& object) { return std::ranges::find(own, object) != own.end(); });
    };
    std::vector<FactSample> others;
    std::set<std::string> seen{std::string(subject)};
    for (const FactSample& sample : relation.samples)
        if (!sharesObject(sample) && seen.insert(sample.subject).second)
            others.push_back(sample);
    return others;
}

}  // namespace mnemo
