// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/ioi_text.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/data/error.h"
#include "core/data/prompt.h"
#include "core/data/random.h"
#include "core/io/catalog.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

std::vector<std::string> oneTokenWords(const std::vector<std::string>& words, const Tokenizer& tokenizer,
                                       std::vector<LeftOutWord>& leftOut)
{
    std::vector<std::string> kept;
    for (const std::string& word : std::set<std::string>(words.begin(), words.end()))
        if (const std::size_t tokens = answerTokens(tokenizer, word).size(); tokens == 1)
            kept.push_back(word);
        else
            leftOut.push_back({word, "it is " + std::to_string(tokens) + " tokens"});
    return kept;
}

std::vector<std::string> namesThatBeginNoOther(const std::vector<std::string>& names, std::vector<LeftOutWord>& leftOut)
{
    std::vector<std::string> kept;
    for (const std::string& name : names) {
        const auto longer = std::ranges::find_if(
            names, [&](const std::string& other) { return other != name && other.starts_with(name); });
        if (longer == names.end())
            kept.push_back(name);
        else
            leftOut.push_back({name, "it begins " + *longer});
    }
    return kept;
}

/// The names of a pair by letter.
using Cast = std::map<char, std::string>;

Cast drawCast(const NamePattern& pattern, std::vector<std::string> names, Random& random)
{
    random.shuffle(names);
    const std::string letters = lettersOf(pattern.clean) + lettersOf(pattern.corrupt);
    Cast cast;
    for (const char letter : std::set<char>(letters.begin(), letters.end()))
        cast[letter] = names[cast.size()];
    return cast;
}

struct Filling {
    const Cast& cast;
    std::string place, object;
};

/// @param letters one for each [NAME] @param marks filled in
std::string filledTemplate(const std::string& promptTemplate, const std::string& letters, const Filling& filling,
                           std::vector<TextMark>& marks)
{
    std::string text;
    std::size_t slot = 0;
    for (const TemplatePiece& piece : piecesOf(promptTemplate)) {
        text += piece.text;
        const auto fill = [&](const std::string& label, const std::string& word) {
            marks.push_back({label, codePoints(text)});
            text += word;
        };
        if (piece.mark == TemplateMark::Name) {
            fill("n" + std::to_string(slot + 1), filling.cast.at(letters[slot]));
            ++slot;
        } else if (piece.mark == TemplateMark::Place)
            fill("place", filling.place);
        else if (piece.mark == TemplateMark::Object)
            fill("object", filling.object);
    }
    return text;
}

ContrastText makePair(const std::string& promptTemplate, const NamePattern& pattern, const Filling& filling)
{
    const std::string clean = lettersOf(pattern.clean), corrupt = lettersOf(pattern.corrupt);
    ContrastText pair;
    std::vector<TextMark> ofCorrupt;
    pair.clean = filledTemplate(promptTemplate, clean, filling, pair.marks);
    pair.corrupt = filledTemplate(promptTemplate, corrupt, filling, ofCorrupt);
    pair.answer = filling.cast.at(clean.back());
    pair.corruptAnswer = filling.cast.at(corrupt.back());
    for (const auto& [letter, name] : filling.cast)
        pair.candidates.push_back(name);
    pair.group = pattern.label();
    pair.form = promptTemplate;
    return pair;
}

}  // namespace

IoiWords usableWords(const IoiMaterial& material, const Tokenizer& tokenizer)
{
    IoiWords words;
    words.names = namesThatBeginNoOther(oneTokenWords(material.names, tokenizer, words.leftOut), words.leftOut);
    words.places = oneTokenWords(material.places, tokenizer, words.leftOut);
    words.objects = oneTokenWords(material.objects, tokenizer, words.leftOut);
    for (const NamePattern& pattern : material.corruptions) {
        const std::string letters = pattern.clean + pattern.corrupt;
        const std::set<char> different(letters.begin(), letters.end());
        const std::size_t needed = different.size() - different.count(' ');
        if (words.names.size() < needed)
            throw Failure(ErrorCode::Usage,
                          "Of " + std::to_string(material.names.size()) + " names " +
                              std::to_string(words.names.size()) + " can be used with this model; \"" +
                              pattern.label() + "\" needs " + std::to_string(needed) + ".",
                          "Give names that are one token of this model, with a space before them.");
    }
    for (const auto& [what, list] : {std::pair("place", &words.places), std::pair("object", &words.objects)})
        if (list->empty())
            throw Failure(ErrorCode::Usage, std::string("No ") + what + " of the material is one token of this model.",
                          std::string("Give another ") + what + ".");
    return words;
}

std::vector<ContrastText> makeIoiPairs(const IoiMaterial& material, const IoiWords& words, int count,
                                       std::uint64_t seed)
{
    std::vector<ContrastText> pairs;
    for (const NamePattern& pattern : material.corruptions) {
        Random random(seedFor(pattern.label(), seed));
        std::vector<std::string> templates;
        std::ranges::copy_if(material.templates, std::back_inserter(templates), [&](const std::string& one) {
            return nameSlots(one) + 1 == int(lettersOf(pattern.clean).size());
        });
        for (int i = 0; i < count; ++i) {
            const std::string& promptTemplate = random.pick(templates);
            const Cast cast = drawCast(pattern, words.names, random);
            const Filling filling{cast, random.pick(words.places), random.pick(words.objects)};
            pairs.push_back(makePair(promptTemplate, pattern, filling));
        }
    }
    return pairs;
}

std::filesystem::path ioiMaterialFile(const std::filesystem::path& material, const std::filesystem::path& model)
{
    return material.empty() ? shippedIoiMaterial(isDemonstration(model)) : material;
}

IoiTexts readIoiTexts(const std::filesystem::path& material, const std::filesystem::path& model,
                      const Tokenizer& tokenizer, int count, std::uint64_t seed)
{
    const std::filesystem::path file = ioiMaterialFile(material, model);
    const IoiMaterial read = readIoiMaterial(file);
    IoiWords words = usableWords(read, tokenizer);
    return {makeIoiPairs(read, words, count, seed), std::move(words.leftOut), shown(file.filename())};
}

}  // namespace mnemo
