// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/ioi_material.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/data/error.h"
#include "core/io/paths.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

constexpr std::array<std::pair<std::string_view, TemplateMark>, 3> templateMarks{
    {{"[NAME]", TemplateMark::Name}, {"[PLACE]", TemplateMark::Place}, {"[OBJECT]", TemplateMark::Object}}};

int marksOf(std::string_view promptTemplate, TemplateMark mark)
{
    return int(std::ranges::count(piecesOf(promptTemplate), std::optional(mark), &TemplatePiece::mark));
}

int slotsOf(const NamePattern& pattern)
{
    return int(lettersOf(pattern.clean).size()) - 1;
}

class MaterialReader
{
public:
    explicit MaterialReader(const std::filesystem::path& file)
        : m_file(file), m_json(readJsonFile(file, std::size_t(16) << 20))
    {
        if (!m_json.is_object())
            refuse("It is no JSON object.");
    }

    IoiMaterial read() const
    {
        IoiMaterial material;
        material.templates = texts({"templates", "templates_abc"});
        material.places = texts({"places"});
        material.objects = texts({"objects"});
        material.names = texts({"names", "names_all"});
        for (const SortedJson& entry : list({"corruptions", "corruption_formats"})) {
            const NamePattern pattern = patternOf(entry);
            if (std::ranges::find(material.corruptions, pattern) != material.corruptions.end())
                refuse("\"" + pattern.label() + "\" is there twice.");
            material.corruptions.push_back(pattern);
        }
        for (const std::string& one : material.templates)
            check(one, material);
        for (const NamePattern& pattern : material.corruptions)
            if (std::ranges::none_of(material.templates, [&](const std::string& one) { return fits(pattern, one); }))
                refuse("No template has the " + std::to_string(slotsOf(pattern)) + " names of \"" + pattern.label() +
                       "\".");
        return material;
    }

private:
    [[noreturn]] void refuse(const std::string& message) const
    {
        throw Failure(ErrorCode::Damaged, shown(m_file) + " cannot be used: " + message,
                      "Correct the file; the program's own in the folder ioi of its data show the form.");
    }

    static bool fits(const NamePattern& pattern, const std::string& promptTemplate)
    {
        return nameSlots(promptTemplate) == slotsOf(pattern);
    }

    const SortedJson& list(std::initializer_list<const char*> keys) const
    {
        for (const char* key : keys)
            if (const auto found = m_json.find(key); found != m_json.end()) {
                if (!found->is_array() || found->empty())
                    refuse(std::string("\"") + key + "\" is no list of at least one entry.");
                return *found;
            }
        refuse(std::string("It has no \"") + *keys.begin() + "\".");
    }

    std::vector<std::string> texts(std::initializer_list<const char*> keys) const
    {
        std::vector<std::string> found;
        for (const SortedJson& entry : list(keys)) {
            if (!entry.is_string() || entry.get_ref<const std::string&>().empty())
                refuse("An entry of \"" + std::string(*keys.begin()) +
                       "\" is no text: " + shortened(repairUtf8(entry.dump())) + ".");
            found.push_back(entry.get<std::string>());
        }
        return found;
    }

    static std::string shortened(std::string text)
    {
        constexpr std::size_t most = 60;
        return text.size() <= most ? text : repairUtf8(text.substr(0, most)) + "…";
    }

    std::string patternText(const SortedJson& entry, std::initializer_list<const char*> keys) const
    {
        for (const char* key : keys)
            if (entry.is_object() && entry.contains(key) && entry[key].is_string())
                return entry[key].get<std::string>();
        refuse("A corruption has no \"" + std::string(*keys.begin()) + "\": " + shortened(repairUtf8(entry.dump())) +
               ".");
    }

    NamePattern patternOf(const SortedJson& entry) const
    {
        const NamePattern pattern{patternText(entry, {"clean", "uncorrupted"}),
                                  patternText(entry, {"corrupt", "corrupted"})};
        const std::string clean = lettersOf(pattern.clean), corrupt = lettersOf(pattern.corrupt);
        const auto refusePattern = [&](const std::string& why) { refuse("\"" + pattern.label() + "\" " + why); };
        if (clean.size() < 3 || clean.size() != corrupt.size())
            refusePattern("has not the same number of names on both sides, at least two and the answer.");
        for (const std::string& letters : {clean, corrupt})
            if (!std::ranges::all_of(letters, [](char c) { return c >= 'A' && c <= 'Z'; }))
                refusePattern("is not made of the letters A to Z.");
        for (const std::string& letters : {clean, corrupt})
            if (letters.find(letters.back()) == letters.size() - 1)
                refusePattern("has an answer that is named nowhere before.");
        if (clean.back() == corrupt.back())
            refusePattern("has one answer for both sides.");
        if (clean.substr(0, clean.size() - 1) == corrupt.substr(0, corrupt.size() - 1))
            refusePattern("has the same names on both sides.");
        return pattern;
    }

    void check(const std::string& promptTemplate, const IoiMaterial& material) const
    {
        if (marksOf(promptTemplate, TemplateMark::Place) > 1 || marksOf(promptTemplate, TemplateMark::Object) > 1)
            refuse("A template has two places or objects: \"" + shortened(promptTemplate) + "\".");
        if (std::ranges::none_of(material.corruptions,
                                 [&](const NamePattern& pattern) { return fits(pattern, promptTemplate); }))
            refuse("No corruption has " + std::to_string(nameSlots(promptTemplate)) + " names, as this template: \"" +
                   shortened(promptTemplate) + "\".");
    }

    const std::filesystem::path& m_file;
    SortedJson m_json;
};

}  // namespace

namespace {

const std::vector<std::string>& wordsOf(const IoiMaterial& material, TemplateMark mark)
{
    switch (mark) {
        case TemplateMark::Place:
            return material.places;
        case TemplateMark::Object:
            return material.objects;
        default:
            return material.names;
    }
}

/// @param at the piece that a text begins with
bool fillsIn(const IoiMaterial& material, const std::vector<TemplatePiece>& pieces, std::size_t at,
             std::string_view text)
{
    const TemplatePiece& piece = pieces[at];
    if (!text.starts_with(piece.text))
        return false;
    text.remove_prefix(piece.text.size());
    if (!piece.mark)
        return text.empty();
    return std::ranges::any_of(wordsOf(material, *piece.mark), [&](const std::string& word) {
        return text.starts_with(word) && fillsIn(material, pieces, at + 1, text.substr(word.size()));
    });
}

}  // namespace

bool isSentenceOf(const IoiMaterial& material, std::string_view text)
{
    return std::ranges::any_of(material.templates,
                               [&](const std::string& one) { return fillsIn(material, piecesOf(one), 0, text); });
}

std::string lettersOf(std::string_view pattern)
{
    std::string letters;
    std::ranges::copy_if(pattern, std::back_inserter(letters), [](char c) { return c != ' '; });
    return letters;
}

std::vector<TemplatePiece> piecesOf(std::string_view promptTemplate)
{
    std::vector<TemplatePiece> pieces(1);
    while (!promptTemplate.empty()) {
        const auto mark =
            std::ranges::find_if(templateMarks, [&](const auto& one) { return promptTemplate.starts_with(one.first); });
        if (mark == templateMarks.end()) {
            pieces.back().text += promptTemplate.front();
            promptTemplate.remove_prefix(1);
            continue;
        }
        pieces.back().mark = mark->second;
        pieces.emplace_back();
        promptTemplate.remove_prefix(mark->first.size());
    }
    return pieces;
}

int nameSlots(std::string_view promptTemplate)
{
    return marksOf(promptTemplate, TemplateMark::Name);
}

int nameSlots(const IoiMaterial& material)
{
    int most = 0;
    for (const NamePattern& pattern : material.corruptions)
        most = std::max(most, slotsOf(pattern));
    return most;
}

IoiMaterial readIoiMaterial(const std::filesystem::path& file)
{
    return MaterialReader(file).read();
}

std::filesystem::path shippedIoiMaterial(bool twoNames)
{
    return dataDir() / "ioi" / (twoNames ? "two-names.json" : "three-names.json");
}

}  // namespace mnemo
