// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/trace_pair.h"

#include "core/data/depth.h"
#include "core/data/prompt.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mnemo {
namespace {

/// A trace's tokens and what is known of their places.
struct Tokens {
    Json list;
    int prefix = 0;
    TokenSpan subject;

    int size() const { return int(list.size()); }
    std::string text(int pos) const { return list[std::size_t(pos)].value("text", std::string()); }
    TokenSpan span(int pos) const  ///< code points of the prompt
    {
        const Json& token = list[std::size_t(pos)];
        return {token.value("begin", 0), token.value("end", 0)};
    }
};

Tokens tokensOf(const Result& trace)
{
    const Json span = trace.head.value("subject", Json::array({0, 0}));
    return {trace.head.value("tokens", Json::array()),
            trace.head.value("prefix_tokens", 0),
            {span.at(0).get<int>(), span.at(1).get<int>()}};
}

/// The sentence as it was typed, the subject in its place.
std::string promptOf(const Result& trace)
{
    const auto text = [&](const char* key) {
        const auto it = trace.parameters.find(key);
        return it != trace.parameters.end() && it->is_string() ? it->get<std::string>() : std::string();
    };
    std::string prompt = text("prompt");
    if (const std::size_t gap = prompt.find("{}"); gap != std::string::npos)
        prompt.replace(gap, 2, text("subject"));
    return prompt;
}

bool samePlaces(const Tokens& a, const Tokens& b)
{
    return a.size() == b.size() && a.prefix == b.prefix && a.subject == b.subject;
}

bool sameTexts(const Tokens& a, const Tokens& b)
{
    if (!samePlaces(a, b))
        return false;
    for (int pos = 0; pos < a.size(); ++pos)
        if (a.text(pos) != b.text(pos))
            return false;
    return true;
}

std::vector<TokenPair> byPlaces(const Tokens& a)
{
    std::vector<TokenPair> pairs;
    for (int pos = 0; pos < a.size(); ++pos)
        pairs.push_back({pos, pos});
    return pairs;
}

std::vector<TokenPair> bySpans(const Tokens& a, const Tokens& b)
{
    std::vector<TokenPair> pairs;
    if (a.prefix == b.prefix)
        for (int pos = 0; pos < a.prefix; ++pos)
            pairs.push_back({pos, pos});
    int next = b.prefix;  // parts of one character have the same span: each is paired once
    for (int i = a.prefix; i < a.size(); ++i)
        for (int j = next; j < b.size(); ++j)
            if (a.span(i) == b.span(j) && a.text(i) == b.text(j)) {
                pairs.push_back({i, j});
                next = j + 1;
                break;
            }
    return pairs;
}

std::vector<TokenPair> byRoles(const Tokens& a, const Tokens& b)
{
    std::vector<TokenPair> pairs;
    if (a.subject.size() > 0 && b.subject.size() > 0) {
        if (a.subject.size() > 1 && b.subject.size() > 1)
            pairs.push_back({a.subject.first, b.subject.first, PairRole::SubjectFirst});
        pairs.push_back({a.subject.end - 1, b.subject.end - 1, PairRole::SubjectLast});
        if (a.subject.end < a.size() - 1 && b.subject.end < b.size() - 1)
            pairs.push_back({a.subject.end, b.subject.end, PairRole::AfterSubject});
    }
    if (a.size() > 0 && b.size() > 0)
        pairs.push_back({a.size() - 1, b.size() - 1, PairRole::PromptLast});
    return pairs;
}

int overlap(TokenSpan a, TokenSpan b)
{
    return std::min(a.end, b.end) - std::max(a.first, b.first);
}

/// The token that shares most of the text, of two the later one; −1 where none does.
int sharing(const Tokens& from, int pos, const Tokens& to)
{
    int best = -1, most = 1;
    for (int other = to.prefix; pos >= from.prefix && other < to.size(); ++other)
        if (const int common = overlap(from.span(pos), to.span(other)); common >= most) {
            best = other;
            most = common;
        }
    return best;
}

std::vector<int> links(const Tokens& from, const Tokens& to, const TokenMatch& match, int TokenPair::*mine,
                       int TokenPair::*theirs)
{
    std::vector<int> linked(std::size_t(from.size()), -1);
    if (match.by == PairedBy::Spans)
        for (int pos = 0; pos < from.size(); ++pos)
            linked[std::size_t(pos)] = sharing(from, pos, to);
    for (const TokenPair& pair : match.pairs)
        linked[std::size_t(pair.*mine)] = pair.*theirs;
    return linked;
}

std::vector<std::string> sitesOf(const Result& trace)
{
    std::vector<std::string> sites;
    for (const Json& name : trace.head.value("sites", Json::array()))
        sites.push_back(name.get<std::string>());
    return sites;
}

bool has(const std::vector<std::string>& sites, const std::string& site)
{
    return std::ranges::find(sites, site) != sites.end();
}

/// The site of the other trace that belongs to `site`; empty where there is none.
std::string counterpart(const std::string& site, const std::vector<std::string>& mine,
                        const std::vector<std::string>& theirs)
{
    if (has(theirs, site))
        return site;
    const std::string other = site == "s" ? "attn" : site == "attn" ? "s" : "";
    return has(theirs, other) && !has(mine, other) ? other : "";
}

}  // namespace

std::string_view roleName(PairRole role)
{
    constexpr std::array<std::string_view, 5> names{"token", "subject_first", "subject_last", "after_subject",
                                                    "prompt_last"};
    return names[std::size_t(role)];
}

std::string_view pairedByName(PairedBy by)
{
    constexpr std::array<std::string_view, 4> names{"tokens", "text", "places", "roles"};
    return names[std::size_t(by)];
}

TokenMatch matchTokens(const Result& a, const Result& b)
{
    const Tokens mine = tokensOf(a), theirs = tokensOf(b);
    const std::string prompt = promptOf(a);
    TokenMatch match;
    match.by = sameTexts(mine, theirs)                    ? PairedBy::Tokens
               : !prompt.empty() && prompt == promptOf(b) ? PairedBy::Spans
               : samePlaces(mine, theirs)                 ? PairedBy::Places
                                                          : PairedBy::Roles;
    match.pairs = match.by == PairedBy::Spans   ? bySpans(mine, theirs)
                  : match.by == PairedBy::Roles ? byRoles(mine, theirs)
                                                : byPlaces(mine);
    match.toB = links(mine, theirs, match, &TokenPair::a, &TokenPair::b);
    match.toA = links(theirs, mine, match, &TokenPair::b, &TokenPair::a);
    return match;
}

std::vector<SitePair> matchSites(const Result& a, const Result& b)
{
    const std::vector<std::string> mine = sitesOf(a), theirs = sitesOf(b);
    std::vector<SitePair> pairs, alone;
    for (const std::string& site : mine) {
        const std::string other = counterpart(site, mine, theirs);
        (other.empty() ? alone : pairs).push_back({site, other});
    }
    for (const std::string& site : theirs)
        if (counterpart(site, theirs, mine).empty())
            alone.push_back({"", site});
    pairs.insert(pairs.end(), alone.begin(), alone.end());
    return pairs;
}

std::vector<std::string> counterpartSites(const std::vector<std::string>& sites, const std::vector<std::string>& theirs)
{
    std::vector<std::string> found;
    for (const std::string& site : sites)
        if (const std::string other = counterpart(site, sites, theirs); !other.empty() && !has(found, other))
            found.push_back(other);
    return found;
}

Array atPairs(const Array& map, const Axis& layers, const std::vector<TokenPair>& pairs, int TokenPair::*side)
{
    Axis tokens{"token", {}};
    for (const TokenPair& pair : pairs)
        tokens.labels.push_back(map.axes[1].labels[std::size_t(pair.*side)]);
    Array placed = Array::make(map.name, {layers, tokens}, map.unit);
    std::size_t cell = 0;
    for (int layer = 0; layer < layers.size(); ++layer) {
        const int there = nearestLayer(layer, layers.size(), map.axes[0].size());
        for (const TokenPair& pair : pairs) {
            placed.values[cell] = map.at(there, pair.*side);
            placed.states[cell++] = map.state(there, pair.*side);
        }
    }
    return placed;
}

Array subtractMaps(const Array& a, const Array& b, const std::vector<TokenPair>& pairs)
{
    const Axis& layers = a.axes[0].size() >= b.axes[0].size() ? a.axes[0] : b.axes[0];
    Array difference = atPairs(a, layers, pairs, &TokenPair::a);
    const Array theirs = atPairs(b, layers, pairs, &TokenPair::b);
    for (int layer = 0; layer < layers.size(); ++layer)
        for (int i = 0; i < int(pairs.size()); ++i) {
            const std::size_t cell = std::size_t(layer) * pairs.size() + std::size_t(i);
            const bool both = difference.has(layer, i) && theirs.has(layer, i);
            double& value = difference.values[cell];
            value = both ? value - theirs.values[cell] : std::nan("");
            difference.states[cell] = !both               ? CellState::NotComputed
                                      : std::isnan(value) ? CellState::Undefined
                                                          : CellState::Computed;
        }
    return difference;
}

Array ComparedTraces::difference(const SitePair& site, Metric metric) const
{
    return subtractMaps(traceMetric(a, site.a, metric), traceMetric(b, site.b, metric), match.pairs);
}

ComparedTraces comparedTraces(const Result& a, const Result& b)
{
    ComparedTraces compared{a, b, matchTokens(a, b), matchSites(a, b)};
    std::erase_if(compared.sites, [](const SitePair& site) { return site.a.empty() || site.b.empty(); });
    return compared;
}

}  // namespace mnemo
