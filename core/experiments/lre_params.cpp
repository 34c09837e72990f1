// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/lre_params.h"

#include <algorithm>
#include <set>

#include "core/data/error.h"
#include "core/experiments/fact_choice.h"
#include "core/experiments/number_grid.h"
#include "core/experiments/prompt_params.h"
#include "core/io/catalog.h"

namespace mnemo {
namespace {

/// Powers of two, and the width.
std::vector<int> ranksUpTo(int width)
{
    std::vector<int> ranks;
    for (int rank = 1; rank < width; rank *= 2)
        ranks.push_back(rank);
    ranks.push_back(width);
    return ranks;
}

Failure noLayer(const std::string& text, int layers)
{
    return {ErrorCode::Usage, "\"" + text + "\" is no layer of a model with " + std::to_string(layers) + ".",
            "Write emb, a number up to " + std::to_string(layers - 1) + ", or a range such as 2-5."};
}

/// Without the one at this place, the first `count` from a place that depends on it, so that each is used as often.
std::vector<FactSample> othersThan(std::size_t place, const std::vector<FactSample>& all, int count)
{
    std::vector<FactSample> others;
    for (std::size_t i = 1; i < all.size() && int(others.size()) < count; ++i)
        others.push_back(all[(place + i) % all.size()]);
    return others;
}

}  // namespace

LreSettings readSettings(const LreParams& params, const LoadedModel& model)
{
    const int width = model.model->info().dModel;
    const int shots = params.shots >= 0 ? params.shots : isDemonstration(model.folder) ? 0 : params.train;
    LreSettings settings{params, std::min(shots, params.train),
                         numberGrid(params.betas == "auto" ? "0:5:0.25" : params.betas, "beta"),
                         params.ranks == "auto" ? ranksUpTo(width) : wholeNumberGrid(params.ranks, "rank")};
    const auto refuse = [&](int rank) {
        throw Failure(ErrorCode::Usage,
                      "The rank " + std::to_string(rank) + " is none of a map between states of " +
                          std::to_string(width) + " entries.",
                      "Choose ranks from 1 to " + std::to_string(width) + ".");
    };
    if (settings.ranks.front() < 1)
        refuse(settings.ranks.front());
    for (const int rank : {settings.ranks.back(), params.decodeRank})
        if (rank > width)
            refuse(rank);
    return settings;
}

std::vector<int> readLayers(const std::vector<std::string>& texts, int layers)
{
    std::set<int> wanted;
    for (const std::string& text : texts) {
        if (text == "emb") {
            wanted.insert(embeddingLayer);
            continue;
        }
        const std::optional<std::pair<int, int>> range = numberRange(text);
        if (!range || range->second >= layers)
            throw noLayer(text, layers);
        for (int layer = range->first; layer <= range->second; ++layer)
            wanted.insert(layer);
    }
    if (texts.empty())
        for (int layer = embeddingLayer; layer < layers; ++layer)
            wanted.insert(layer);
    return {wanted.begin(), wanted.end()};
}

std::string layerLabel(int layer)
{
    return layer == embeddingLayer ? "emb" : std::to_string(layer);
}

const std::string& templateOf(const LreParams& params, const Relation& relation)
{
    return chosenTemplate(relation, params.promptTemplate, "first");
}

std::vector<Relation> relationsOf(const LreParams& params, const std::vector<std::string>& names)
{
    FactChoiceParams choice;
    choice.facts = params.facts;
    choice.relations = names;
    std::vector<FactProblem> problems;
    return readRelations(choice, problems);
}

LrePrompts::LrePrompts(const LreSettings& settings, const Relation& relation, int trial, const LoadedModel& model)
    : m_settings(settings),
      m_template(templateOf(settings.params, relation)),
      m_model(model),
      m_seed(seedFor(relation.name, std::uint64_t(settings.params.seed) + std::uint64_t(trial)))
{
    const LreParams& params = settings.params;
    Random random(m_seed);
    m_split = splitRelation(relation, params.train, random);
    const int shots = params.trainShots < 0 ? settings.shots : params.trainShots;
    for (std::size_t i = 0; i < m_split.train.size(); ++i)
        m_train.push_back(fewShotPrompt(m_template, othersThan(i, m_split.train, shots), m_split.train[i].subject,
                                        params.prefix, model));
}

std::vector<JacobianRequest> LrePrompts::estimate(const std::vector<int>& layers) const
{
    std::vector<JacobianRequest> requests;
    for (const FilledPrompt& prompt : m_train)
        requests.push_back({prompt.ids(), prompt.subject.end - 1, layers});
    return requests;
}

std::optional<FilledPrompt> LrePrompts::test(const std::string& subject) const
{
    std::vector<FactSample> examples;
    for (const FactSample& example : m_split.train)
        if (int(examples.size()) < m_settings.shots && example.subject != subject)
            examples.push_back(example);
    try {
        return fewShotPrompt(m_template, examples, subject, m_settings.params.prefix, m_model);
    } catch (const Failure&) {
        return std::nullopt;
    }
}

}  // namespace mnemo
