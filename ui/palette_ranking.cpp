// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/palette_ranking.h"

#include "ui/fuzzy_match.h"

#include <algorithm>
#include <optional>

namespace mnemo {
namespace {

constexpr int forKey = 60;        // "F5" means that key
constexpr int lessByPath = 12;    // "view dark": found with the help of the menu's name
constexpr int forRecent = 10;     // the newest; a point less for each one after it
constexpr int lessByProblem = 6;  // cannot be done now
constexpr int longest = 1 << 20;  // letters of a text

/// Letters of the text that are among those of path and text together.
std::vector<int> behind(const std::vector<int>& at, int offset)
{
    std::vector<int> marks;
    for (const int place : at)
        if (place >= offset)
            marks.push_back(place - offset);
    return marks;
}

std::optional<FuzzyMatch> match(const PaletteEntry& entry, const QString& query)
{
    if (!query.isEmpty() && entry.keys.compare(query, Qt::CaseInsensitive) == 0)
        return FuzzyMatch{forKey, {}};
    if (auto found = fuzzyMatch(query, entry.text))
        return found;
    const QString both = entry.path + QLatin1Char(' ') + entry.text;
    auto found = fuzzyMatch(query, both);
    if (found) {
        found->score -= lessByPath;
        found->at = behind(found->at, int(entry.path.size()) + 1);
    }
    return found;
}

}  // namespace

std::vector<RankedEntry> rankEntries(const std::vector<PaletteEntry>& entries, const QString& query,
                                     const QStringList& recent)
{
    struct Found {
        RankedEntry entry;
        int score;
    };
    const QString typed = query.simplified();
    std::vector<Found> found;
    for (int index = 0; index < int(entries.size()); ++index) {
        const PaletteEntry& entry = entries[std::size_t(index)];
        auto fits = match(entry, typed);
        if (!fits)
            continue;
        const int used = int(recent.indexOf(entry.id));
        if (used >= 0)
            fits->score += typed.isEmpty() ? int(recent.size()) - used + 1 : std::max(1, forRecent - used);
        if (!entry.problem.isEmpty())
            fits->score -= typed.isEmpty() ? 0 : lessByProblem;
        found.push_back({{index, std::move(fits->at)}, fits->score});
    }
    // Alike: the shorter text comes first, for more of it was typed; found by the path alone: as they were given.
    const auto letters = [&](const RankedEntry& one) {
        const QString& text = entries[std::size_t(one.index)].text;
        return one.marks.empty() ? longest : int(text.size()) - int(text.endsWith(QChar(0x2026)));  // "…" asks more
    };
    std::ranges::stable_sort(found, [&](const Found& a, const Found& b) {
        return a.score != b.score ? a.score > b.score : letters(a.entry) < letters(b.entry);
    });
    std::vector<RankedEntry> ranked;
    for (Found& one : found)
        ranked.push_back(std::move(one.entry));
    return ranked;
}

}  // namespace mnemo
