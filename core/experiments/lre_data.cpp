// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/lre_data.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/data/error.h"
#include "core/experiments/prompt_params.h"

namespace mnemo {

LreSplit splitRelation(const Relation& relation, int train, Random& random)
{
    std::vector<FactSample> samples = relation.samples;
    if (int(samples.size()) <= train)
        throw Failure(ErrorCode::Usage,
                      "The relation " + relation.name + " has " + std::to_string(samples.size()) + " facts; " +
                          std::to_string(train) + " are for the estimate, and none is left to test.",
                      "Choose a larger relation, or fewer facts for the estimate.");
    random.shuffle(samples);
    std::vector<std::string> objects;  // in the order of their first facts
    std::map<std::string, std::vector<std::size_t>> byObject;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        std::vector<std::size_t>& of = byObject[samples[i].object];
        if (of.empty())
            objects.push_back(samples[i].object);
        of.push_back(i);
    }
    LreSplit split;
    std::set<std::size_t> taken;
    for (std::size_t turn = 0; int(split.train.size()) < train; ++turn)
        for (const std::string& object : objects) {
            const std::vector<std::size_t>& of = byObject[object];
            if (turn >= of.size() || int(split.train.size()) == train)
                continue;
            taken.insert(of[turn]);
            split.train.push_back(samples[of[turn]]);
        }
    for (std::size_t i = 0; i < samples.size(); ++i)
        if (!taken.contains(i))
            split.test.push_back(samples[i]);
    return split;
}

std::string exampleLines(const std::string& promptTemplate, std::span<const FactSample> examples)
{
    std::string lines;
    for (const FactSample& example : examples)
        lines += withSubject(promptTemplate, example.subject) + " " + example.object + "\n";
    return lines;
}

FilledPrompt fewShotPrompt(const std::string& promptTemplate, std::span<const FactSample> examples,
                           const std::string& subject, Prefix prefix, const LoadedModel& model)
{
    FilledPrompt prompt =
        fillPrompt(exampleLines(promptTemplate, examples) + promptTemplate, subject, prefix, *model.tokenizer);
    checkPromptLength(prompt.prompt.size(), *model.model);
    return prompt;
}

int distinctObjects(std::span<const FactSample> samples)
{
    std::set<std::string_view> objects;
    for (const FactSample& sample : samples)
        objects.insert(sample.object);
    return int(objects.size());
}

double randomChoice(std::span<const FactSample> samples, const Tokenizer& tokenizer)
{
    std::map<int, double> counts;
    for (const FactSample& sample : samples)
        if (const std::vector<Token> tokens = tokenizer.encode(sample.object); !tokens.empty())
            ++counts[tokens.front().id];
    double squares = 0;
    for (const auto& [token, count] : counts)
        squares += count * count;
    return samples.empty() ? 0 : squares / double(samples.size() * samples.size());
}

}  // namespace mnemo
