// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/text_measures.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>

#include "core/io/utf8.h"

namespace mnemo {
namespace {

bool isMark(char c)
{
    return static_cast<unsigned char>(c) < 0x80 && std::ispunct(static_cast<unsigned char>(c)) != 0;
}

/// "n't", and what follows an apostrophe in English: a word of its own.
std::size_t contractionAt(std::string_view word)
{
    for (const std::string_view end : {"n't", "'s", "'m", "'d", "'ll", "'re", "'ve"})
        if (word.size() > end.size() && word.ends_with(end))
            return word.size() - end.size();
    return word.size();
}

/// One piece between white space.
void addPiece(std::string_view piece, bool endsText, std::vector<std::string>& words)
{
    while (!piece.empty() && isMark(piece.front())) {
        words.emplace_back(1, piece.front());
        piece.remove_prefix(1);
    }
    std::vector<std::string> behind;
    while (!piece.empty() && isMark(piece.back()) && (piece.back() != '.' || endsText || !behind.empty())) {
        behind.emplace_back(1, piece.back());
        piece.remove_suffix(1);
    }
    const std::size_t at = contractionAt(piece);
    for (const std::string_view part : {piece.substr(0, at), piece.substr(at)})
        if (!part.empty())
            words.emplace_back(part);
    words.insert(words.end(), behind.rbegin(), behind.rend());
}

double entropyOf(const std::vector<std::string>& words, std::size_t n)
{
    std::map<std::vector<std::string>, int> counts;
    for (std::size_t i = 0; i + n <= words.size(); ++i)
        ++counts[{words.begin() + std::ptrdiff_t(i), words.begin() + std::ptrdiff_t(i + n)}];
    const double total = double(words.size()) - double(n) + 1;
    double entropy = 0;
    for (const auto& [ngram, count] : counts)
        entropy -= count / total * std::log2(count / total);
    return entropy;
}

/// A letter, digit or underscore; beyond ASCII: all but marks, spaces and signs.
bool isWordCharacter(char32_t c)
{
    if (c < 0x80)
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (c < 0xC0)
        return c == 0xAA || c == 0xB5 || c == 0xBA || c == 0xB2 || c == 0xB3 || c == 0xB9 || (c >= 0xBC && c <= 0xBE);
    return c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x206F) && !(c >= 0x20A0 && c <= 0x20CF) &&
           !(c >= 0x2190 && c <= 0x2BFF) && !(c >= 0x3000 && c <= 0x3004) && !(c >= 0x3008 && c <= 0x3020) &&
           !(c >= 0xFF00 && c <= 0xFF0F) && c != 0xFFFD;
}

char32_t lowered(char32_t c)
{
    if (c < 0x80)
        return char32_t(std::tolower(int(c)));
    const bool latin = c >= 0xC0 && c <= 0xDE && c != 0xD7, greek = c >= 0x391 && c <= 0x3A9,
               cyrillic = c >= 0x410 && c <= 0x42F;
    if (latin || greek || cyrillic)
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40F)
        return c + 0x50;
    const bool pairedFromEven = (c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177),
               pairedFromOdd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
    return (pairedFromEven && c % 2 == 0 && c != 0x130) || (pairedFromOdd && c % 2 == 1) ? c + 1 : c;
}

std::map<std::string, int> countWords(const std::string& text)
{
    std::map<std::string, int> counts;
    std::u32string word;
    const auto take = [&] {
        if (word.size() >= 2)
            ++counts[encodeUtf8(word)];
        word.clear();
    };
    for (const char32_t c : decodeUtf8(text)) {
        if (isWordCharacter(c))
            word += lowered(c);
        else
            take();
    }
    take();
    return counts;
}

}  // namespace

std::vector<std::string> wordsAndMarks(const std::string& text)
{
    constexpr std::string_view spaces = " \t\r\n";
    std::vector<std::string> words;
    std::size_t begin = text.find_first_not_of(spaces);
    while (begin != std::string::npos) {
        const std::size_t end = std::min(text.find_first_of(spaces, begin), text.size());
        const std::size_t next = text.find_first_not_of(spaces, end);
        addPiece(std::string_view(text).substr(begin, end - begin), next == std::string::npos, words);
        begin = next;
    }
    return words;
}

double ngramEntropy(const std::string& text)
{
    const std::vector<std::string> words = wordsAndMarks(text);
    return (2.0 / 3 * entropyOf(words, 2) + 4.0 / 3 * entropyOf(words, 3)) / 2;
}

double fluency(const std::vector<std::string>& texts)
{
    double sum = 0;
    for (const std::string& text : texts)
        sum += ngramEntropy(text);
    return texts.empty() ? 0 : sum / double(texts.size());
}

TextVectors::TextVectors(const std::vector<std::string>& fitted)
{
    for (const std::string& text : fitted)
        for (const auto& [word, count] : countWords(text))
            m_idf[word] += 1;
    for (auto& [word, value] : m_idf)
        value = std::log((1 + double(fitted.size())) / (1 + value)) + 1;
}

std::map<std::string, double> TextVectors::vectorOf(const std::string& text) const
{
    std::map<std::string, double> vector;
    double squares = 0;
    for (const auto& [word, count] : countWords(text))
        if (const auto idf = m_idf.find(word); idf != m_idf.end()) {
            vector[word] = count * idf->second;
            squares += vector[word] * vector[word];
        }
    for (auto& [word, value] : vector)
        value /= std::sqrt(squares);
    return vector;
}

double TextVectors::cosine(const std::string& a, const std::string& b) const
{
    const std::map<std::string, double> x = vectorOf(a), y = vectorOf(b);
    double sum = 0;
    for (const auto& [word, value] : x)
        if (const auto other = y.find(word); other != y.end())
            sum += value * other->second;
    return sum;
}

}  // namespace mnemo
