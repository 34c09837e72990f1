// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fuzzy_match.h"

#include <QStringList>
#include <algorithm>

namespace mnemo {
namespace {

// What a letter earns; a gap costs the letters it skips, up to a limit.
constexpr int forLetter = 1, forWordStart = 8, forFirst = 4, forNeighbour = 5, forWholeWord = 6;
constexpr int longestGap = 6;
constexpr int none = -1'000'000;

bool startsWord(const QString& text, int at)
{
    return text[at].isLetterOrNumber() && (at == 0 || !text[at - 1].isLetterOrNumber());
}

bool endsWord(const QString& text, int at)
{
    return at + 1 == text.size() || !text[at + 1].isLetterOrNumber();
}

bool inOneWord(const QString& text, int from, int to)
{
    return std::all_of(text.begin() + from, text.begin() + to + 1, [](QChar c) { return c.isLetterOrNumber(); });
}

/// The best way to find one word: for every letter and place the best score so far, and where the one before it was.
std::optional<FuzzyMatch> matchWord(const QString& word, const QString& text)
{
    const int letters = int(word.size()), places = int(text.size());
    std::vector<std::vector<int>> best(std::size_t(letters), std::vector<int>(std::size_t(places), none));
    std::vector<std::vector<int>> before = best;
    for (int i = 0; i < letters; ++i)
        for (int j = i; j < places; ++j) {
            if (word[i].toCaseFolded() != text[j].toCaseFolded())
                continue;
            const bool start = startsWord(text, j);
            const int own = forLetter + (start ? forWordStart : 0) + (j == 0 ? forFirst : 0);
            if (i == 0) {
                if (start || !word[0].isLetterOrNumber())
                    best[0][std::size_t(j)] = own;
                continue;
            }
            for (int k = i - 1; k < j; ++k) {
                if (best[std::size_t(i - 1)][std::size_t(k)] == none)
                    continue;
                if (j != k + 1 && !start && !inOneWord(text, k, j))
                    continue;
                const int gap = j - k - 1;
                const int score = best[std::size_t(i - 1)][std::size_t(k)] + own +
                                  (gap == 0 ? forNeighbour : -std::min(gap, longestGap));
                if (score > best[std::size_t(i)][std::size_t(j)]) {
                    best[std::size_t(i)][std::size_t(j)] = score;
                    before[std::size_t(i)][std::size_t(j)] = k;
                }
            }
        }
    const std::vector<int>& ends = best.back();
    int end = -1, score = none;
    for (int j = 0; j < places; ++j)
        if (ends[std::size_t(j)] != none && ends[std::size_t(j)] + (endsWord(text, j) ? forWholeWord : 0) > score) {
            score = ends[std::size_t(j)] + (endsWord(text, j) ? forWholeWord : 0);
            end = j;
        }
    if (end < 0)
        return std::nullopt;
    FuzzyMatch match{score, {}};
    for (int i = letters - 1, j = end; i >= 0; j = before[std::size_t(i)][std::size_t(j)], --i)
        match.at.insert(match.at.begin(), j);
    return match;
}

}  // namespace

std::optional<FuzzyMatch> fuzzyMatch(const QString& query, const QString& text)
{
    FuzzyMatch whole;
    for (const QString& word : query.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const auto match = matchWord(word, text);
        if (!match)
            return std::nullopt;
        whole.score += match->score;
        whole.at.insert(whole.at.end(), match->at.begin(), match->at.end());
    }
    std::ranges::sort(whole.at);
    whole.at.erase(std::unique(whole.at.begin(), whole.at.end()), whole.at.end());
    return whole;
}

}  // namespace mnemo
