// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/pair_params.h"

#include <algorithm>
#include <map>

#include "core/data/error.h"
#include "core/experiments/ioi_text.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

std::vector<ContrastText> textsOfFile(const PairParams& params, PairShare share)
{
    const std::vector<ContrastText> all = readContrastPairs(params.pairs);
    std::map<std::string, int> sizes, seen;
    for (const ContrastText& pair : all)
        ++sizes[pair.group];
    std::vector<ContrastText> kept;
    for (const ContrastText& pair : all) {
        const int size = sizes[pair.group], at = seen[pair.group]++;
        const int train = share == PairShare::All ? params.count : std::min(params.count, (size + 1) / 2);
        const int first = share == PairShare::HeldOut ? train : 0;
        if (at >= first && at < first + (share == PairShare::HeldOut ? params.count : train))
            kept.push_back(pair);
    }
    if (kept.empty())
        throw Failure(ErrorCode::Usage, shown(params.pairs) + " has too few pairs to hold any out.",
                      "Give at least two pairs of a group: a circuit is tried on pairs it was not found with.");
    return kept;
}

std::vector<ContrastText> madeTexts(const PairParams& params, const LoadedModel& model, PairShare share,
                                    ChosenPairs& chosen)
{
    const std::int64_t seed = share == PairShare::HeldOut ? heldOutSeed(params.seed) : params.seed;
    IoiTexts made = readIoiTexts(params.material, model.folder, *model.tokenizer, params.count, std::uint64_t(seed));
    chosen.source = std::move(made.source);
    Json leftOut = Json::array();
    for (const LeftOutWord& word : made.leftOut)
        leftOut.push_back({{"word", word.word}, {"why", word.why}});
    if (!leftOut.empty())
        chosen.leftOut["words"] = std::move(leftOut);
    return std::move(made.pairs);
}

/// @param which indices, ascending
ChosenPairs those(const std::vector<std::size_t>& which, ChosenPairs chosen)
{
    if (which.size() < chosen.pairs.size())
        chosen.leftOut["pairs_of_other_positions"] = chosen.pairs.size() - which.size();
    std::vector<PromptPair> kept;
    for (const std::size_t i : which)
        kept.push_back(std::move(chosen.pairs[i]));
    chosen.pairs = std::move(kept);
    return chosen;
}

}  // namespace

ChosenPairs choosePairs(const PairParams& params, const LoadedModel& model, PairShare share)
{
    ChosenPairs chosen;
    std::vector<ContrastText> texts;
    if (params.pairs.empty())
        texts = madeTexts(params, model, share, chosen);
    else {
        if (!params.material.empty())
            throw Failure(ErrorCode::Usage, "Pairs and material are both given.", "Give one of the two files.");
        chosen.source = shown(params.pairs.filename());
        texts = textsOfFile(params, share);
    }
    for (PromptPair& pair : readPairs(texts, params.prefix, model)) {
        chosen.pairs.push_back(pair);
        if (params.symmetric)
            chosen.pairs.push_back(pair.swapped());
    }
    return chosen;
}

ChosenPairs ofOneLayout(ChosenPairs chosen)
{
    const std::vector<std::size_t> most = ofOneLayout(chosen.pairs);
    return those(most, std::move(chosen));
}

ChosenPairs ofLayoutOf(const PromptPair& other, ChosenPairs chosen)
{
    std::vector<std::size_t> alike;
    for (std::size_t i = 0; i < chosen.pairs.size(); ++i)
        if (chosen.pairs[i].tokens() == other.tokens() && chosen.pairs[i].marks == other.marks)
            alike.push_back(i);
    if (alike.empty())
        throw Failure(ErrorCode::Usage,
                      "None of the " + std::to_string(chosen.pairs.size()) + " pairs of " + chosen.source +
                          " that are held out has its names at the tokens where the others have them.",
                      "Give more pairs, pairs of one form, or take positions together.");
    return those(alike, std::move(chosen));
}

Json toJson(const ChosenPairs& chosen)
{
    std::map<std::string, int> counts;
    for (const PromptPair& pair : chosen.pairs)
        ++counts[pair.text.group];
    Json groups = Json::array();
    for (const std::string& group : groupsOf(chosen.pairs))
        groups.push_back({{"label", group}, {"pairs", counts[group]}});
    return {{"source", chosen.source},
            {"count", chosen.pairs.size()},
            {"groups", std::move(groups)},
            {"left_out", chosen.leftOut}};
}

}  // namespace mnemo
