// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/asked_texts.h"

#include <utility>

#include "core/data/error.h"
#include "core/data/words.h"
#include "core/experiments/prompt_params.h"

namespace mnemo {

ScoredText scoredText(const std::string& prompt, const std::string& object, Prefix prefix,
                      const ExperimentContext& context)
{
    const std::string before = prompt.substr(0, prompt.find_last_not_of(' ') + 1);
    const std::string word(withoutLeadingSpaces(object));
    const Prompt whole = makePrompt(*context.model.tokenizer, before + " " + word, prefix);
    const int end = codePoints(before);
    ScoredText text{whole.ids(), whole.prefixTokens};
    while (text.first < whole.size() && whole.tokens[std::size_t(text.first)].end <= end)
        ++text.first;
    if (text.first == 0 || before.empty())
        throw Failure(ErrorCode::EmptyPrompt, "A prompt before \"" + word + "\" is empty.", "Write the sentence.");
    if (word.empty() || text.first == whole.size())
        throw Failure(ErrorCode::TargetNotInVocabulary, "The object behind \"" + before + "\" has no tokens.",
                      "Write the word that should follow.");
    checkPromptLength(whole.size() - 1, *context.model.model);
    return text;
}

double AskedObject::logp(const std::vector<ReadoutValue>& values) const
{
    double sum = 0;
    for (int i = readout; i < readout + tokens; ++i)
        sum += values[std::size_t(i)].tokens.front().logp;
    return sum;
}

RunId AskedTexts::runOf(const std::vector<int>& ids)
{
    const auto [found, isNew] = m_runs.try_emplace(ids, 0);
    if (isNew)
        found->second = m_plan.addRun(ids);
    return found->second;
}

int AskedTexts::read(RunId run, int position, std::vector<int> tokens)
{
    Readout readout;
    readout.run = run;
    readout.position = position;
    readout.topK = 1;
    readout.tokens = std::move(tokens);
    return m_plan.read(std::move(readout));
}

AskedObject AskedTexts::addObject(const ScoredText& text)
{
    const RunId run = runOf({text.ids.begin(), text.ids.end() - 1});
    const AskedObject asked{int(m_plan.readouts.size()), int(text.ids.size()) - text.first};
    for (int i = text.first; i < int(text.ids.size()); ++i)
        read(run, i - 1, {text.ids[std::size_t(i)]});
    return asked;
}

int AskedTexts::addNext(const std::vector<int>& ids)
{
    return read(runOf(ids), int(ids.size()) - 1, {});
}

std::vector<int> AskedTexts::addText(const std::vector<int>& ids)
{
    std::vector<int> readouts;
    if (ids.size() < 2)
        return readouts;
    const RunId run = runOf({ids.begin(), ids.end() - 1});
    for (std::size_t i = 1; i < ids.size(); ++i)
        readouts.push_back(read(run, int(i) - 1, {ids[i]}));
    return readouts;
}

}  // namespace mnemo
