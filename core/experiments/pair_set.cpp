// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/pair_set.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/data/error.h"
#include "core/data/words.h"
#include "core/experiments/one_token.h"
#include "core/experiments/prompt_params.h"

namespace mnemo {
namespace {

constexpr std::size_t mostVariants = 3;  // words that a label of a position lists

class PairTokens
{
public:
    PairTokens(Prefix prefix, const LoadedModel& model) : m_prefix(prefix), m_model(model) {}

    PromptPair read(const ContrastText& text) const
    {
        PromptPair pair{
            text, readPrompt({text.clean, m_prefix}, m_model), readPrompt({text.corrupt, m_prefix}, m_model), {}, {}};
        if (pair.clean.size() != pair.corrupt.size())
            throw Failure(ErrorCode::LengthMismatch,
                          "The clean prompt has " + std::to_string(pair.clean.size()) + " tokens, the corrupted one " +
                              std::to_string(pair.corrupt.size()) + ": \"" + text.corrupt + "\".",
                          "Choose words of as many tokens in both prompts.");
        if (pair.clean.ids() == pair.corrupt.ids())
            throw Failure(ErrorCode::Usage, "Both prompts are the same tokens for this model: \"" + text.clean + "\".",
                          "Change a word in one of them.");
        add(text.answer, pair.candidates);
        add(text.corruptAnswer, pair.candidates);
        if (pair.candidates.size() < 2)
            throw Failure(
                ErrorCode::Usage,
                "\"" + text.answer + "\" and \"" + text.corruptAnswer + "\" are the same token for this model.",
                "Choose answers that differ.");
        for (const std::string& candidate : text.candidates)
            add(candidate, pair.candidates);
        for (const TextMark& mark : text.marks)
            pair.marks.push_back({mark.label, coveringTokens(pair.clean, mark.begin, mark.begin + 1).first});
        return pair;
    }

private:
    void add(const std::string& answer, std::vector<int>& candidates) const
    {
        const int token = oneTokenId(*m_model.tokenizer, "answer", answer);
        if (std::ranges::find(candidates, token) == candidates.end())
            candidates.push_back(token);
    }

    Prefix m_prefix;
    const LoadedModel& m_model;
};

/// " went", " walked": " went/walked"
std::string joined(const std::vector<std::string>& variants)
{
    std::string label = variants.front();
    for (std::size_t i = 1; i < variants.size(); ++i)
        label.append("/").append(withoutLeadingSpaces(variants[i]));
    return label;
}

/// The token where all pairs have the same, or a few tokens with strokes between them.
std::string wordsAt(int token, const std::vector<PromptPair>& pairs, std::span<const std::size_t> which)
{
    std::vector<std::string> variants;
    for (const std::size_t pair : which)
        if (const std::string& text = pairs[pair].clean.tokens[std::size_t(token)].text;
            std::ranges::find(variants, text) == variants.end())
            variants.push_back(text);
    return variants.size() > mostVariants ? "token " + std::to_string(token) : joined(variants);
}

}  // namespace

int PromptPair::firstDifference() const
{
    const auto [first, other] = std::ranges::mismatch(clean.tokens, corrupt.tokens, {}, &Token::id, &Token::id);
    return int(first - clean.tokens.begin());
}

std::vector<int> PromptPair::slots() const
{
    std::vector<int> tokens;
    for (const TokenMark& mark : marks)
        if (mark.label == "n" + std::to_string(tokens.size() + 1))
            tokens.push_back(mark.token);
    return tokens;
}

PromptPair PromptPair::swapped() const
{
    PromptPair other = *this;
    std::swap(other.clean, other.corrupt);
    std::swap(other.text.clean, other.text.corrupt);
    std::swap(other.text.answer, other.text.corruptAnswer);
    std::swap(other.candidates[0], other.candidates[1]);
    return other;
}

std::vector<PromptPair> readPairs(const std::vector<ContrastText>& texts, Prefix prefix, const LoadedModel& model)
{
    if (texts.empty())
        throw Failure(ErrorCode::Usage, "There are no pairs.", "Give at least one pair of prompts.");
    const PairTokens reader(prefix, model);
    std::vector<PromptPair> pairs;
    for (const ContrastText& text : texts)
        try {
            pairs.push_back(reader.read(text));
        } catch (const Failure& failure) {
            const Error& error = failure.error();
            throw Failure(error.code, "Pair " + std::to_string(pairs.size() + 1) + ": " + error.message, error.hint);
        }
    return pairs;
}

std::vector<std::size_t> ofOneLayout(const std::vector<PromptPair>& pairs)
{
    std::map<std::pair<int, std::vector<TokenMark>>, std::vector<std::size_t>> layouts;
    for (std::size_t i = 0; i < pairs.size(); ++i)
        layouts[{pairs[i].tokens(), pairs[i].marks}].push_back(i);
    return std::ranges::max_element(layouts, {}, [](const auto& entry) { return entry.second.size(); })->second;
}

std::vector<std::string> positionLabels(const std::vector<PromptPair>& pairs, std::span<const std::size_t> which)
{
    const PromptPair& first = pairs[which.front()];
    std::vector<std::string> labels;
    for (int token = 0; token < first.tokens(); ++token) {
        const auto mark = std::ranges::find(first.marks, token, &TokenMark::token);
        if (mark != first.marks.end())
            labels.push_back(mark->label);
        else if (token == first.last())
            labels.push_back("end");
        else
            labels.push_back(wordsAt(token, pairs, which));
    }
    std::map<std::string, int> uses;
    for (const std::string& label : labels)
        ++uses[label];
    for (std::size_t token = 0; token < labels.size(); ++token)
        if (uses[labels[token]] > 1)
            labels[token] += " (" + std::to_string(token) + ")";
    return labels;
}

std::vector<std::string> groupsOf(const std::vector<PromptPair>& pairs)
{
    std::vector<std::string> groups;
    std::set<std::string> seen;
    for (const PromptPair& pair : pairs)
        if (seen.insert(pair.text.group).second)
            groups.push_back(pair.text.group);
    return groups;
}

}  // namespace mnemo
