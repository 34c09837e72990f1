// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of generated texts (METHODS.md §4.6). Texts are UTF-8.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace mnemo {

/// Words and marks of a text, near NLTK's word_tokenize: cut at white space; marks stand alone, except inside numbers
/// and words ("3.5", "well-known"); a full stop belongs to its word unless it ends the text; "don't" is "do", "n't".
std::vector<std::string> wordsAndMarks(const std::string& text);

/// GE of one text: (2/3·H₂ + 4/3·H₃)/2, H_n = −Σ f log₂ f over the frequencies of its n-grams of words; in bits. A text
/// that repeats itself has little. 0 where there is no n-gram.
double ngramEntropy(const std::string& text);

/// Mean of ngramEntropy over texts; 0 of none.
double fluency(const std::vector<std::string>& texts);

/// TF-IDF vectors as scikit-learn's TfidfVectorizer makes them by default: lower case, words of two and more letters,
/// digits and underscores, idf = ln((1 + N)/(1 + df)) + 1, length 1. Fitted on texts; words that occur in none of them
/// count for nothing. Letters are lowered in Latin, Greek and Cyrillic.
class TextVectors
{
public:
    explicit TextVectors(const std::vector<std::string>& fitted);

    /// Cosine of two texts' vectors, 0 … 1; 0 when one of them has no known word.
    double cosine(const std::string& a, const std::string& b) const;

private:
    std::map<std::string, double> vectorOf(const std::string& text) const;

    std::map<std::string, double> m_idf;
};

}  // namespace mnemo
