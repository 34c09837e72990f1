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
    const std::int64_t seed = share == PairShare::HeldOut ? params.seedHeldOut : params.seed;
    IoiTexts made = readIoiTexts(params.material, model.folder, *model.tokenizer, params.count, std::uint64_t(seed));
    chosen.source = std::move(made.source);
    Json leftOut = Json::array();
    for (const LeftOutWord& word : made.leftOut)
        leftOut.push_back({{"word", word.word}, {"why", word.why}});
    if (!leftOut.empty())
        chosen.leftOut["words"] = std::move(leftOut);
    return std::move(made.pairs);
}

}  // namespace

ChosenPairs choosePairs(const PairParams& params, const LoadedModel& model, PairShare share, Places places)
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
    if (places == Places::Same) {
        std::vector<PromptPair> placed;
        for (const std::size_t i : ofOneLayout(chosen.pairs))
            placed.push_back(std::move(chosen.pairs[i]));
        if (placed.size() < chosen.pairs.size())
            chosen.leftOut["pairs_of_other_positions"] = chosen.pairs.size() - placed.size();
        chosen.pairs = std::move(placed);
    }
    return chosen;
}

Json toJson(const ChosenPairs& chosen)
{
    Json groups = Json::array();
    for (const std::string& group : groupsOf(chosen.pairs))
        groups.push_back({{"label", group}, {"pairs", std::ranges::count_if(chosen.pairs, [&](const PromptPair& pair) {
                                                 return pair.text.group == group;
                                             })}});
    return {{"source", chosen.source},
            {"count", chosen.pairs.size()},
            {"groups", std::move(groups)},
            {"left_out", chosen.leftOut}};
}

}  // namespace mnemo
