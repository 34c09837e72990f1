// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/lre_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/correlation.h"
#include "core/data/depth.h"
#include "core/data/error.h"
#include "core/data/numbers.h"
#include "core/experiments/comparison.h"
#include "core/io/csv.h"

namespace mnemo {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr int mambaLayers = 64, pythiaLayers = 32;
constexpr std::size_t mambaShown = 26;  // the embedding and the even layers 0 … 48

LreComparison opening(const PaperFigure& figure, const Result& result)
{
    LreComparison comparison;
    comparison.figure = figure.name;
    comparison.model = result.model.value("name", std::string());
    const bool isMamba = result.model.value("architecture", std::string()) == "mamba";
    comparison.publishedModel = isMamba ? "mamba-2.8b" : "pythia-2.8b-deduped";
    comparison.sameSize = result.model.at("layers").get<int>() == (isMamba ? mambaLayers : pythiaLayers) &&
                          result.model.at("d_model").get<int>() == figure.publishedWidth;
    return comparison;
}

/// The published curve by layer of its model, without the embedding; empty when its layers cannot be told.
std::vector<double> byLayer(const PublishedSweep& sweep, bool isMamba)
{
    if (!isMamba)
        return sweep.values.size() == std::size_t(pythiaLayers + 1)
                   ? std::vector<double>(sweep.values.begin() + 1, sweep.values.end())
                   : std::vector<double>();
    if (sweep.values.size() != mambaShown)
        return {};
    std::vector<double> layers(mambaLayers, none);
    for (std::size_t i = 1; i < sweep.values.size(); ++i) {
        layers[2 * (i - 1)] = sweep.values[i];
        if (i > 1)
            layers[2 * (i - 1) - 1] = (sweep.values[i] + sweep.values[i - 1]) / 2;
    }
    return layers;
}

LreSweepComparison compareOne(const PublishedSweep& sweep, const std::vector<double>& layers, const LreRelation& ours,
                              const std::vector<std::string>& labels, int depth)
{
    LreSweepComparison one{sweep.relation, sweep.metric, {}, {}, 0, 0, {}};
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const LreLayer& layer = ours.layers[i];
        one.ours.push_back(sweep.metric == "causality" ? layer.causality.mean : layer.faithfulness.mean);
        one.published.push_back(labels[i] == "emb"
                                    ? sweep.values.front()
                                    : placeAtDepth(std::stoi(labels[i]), depth, layers.size()).of(layers));
        const double difference = one.ours.back() - one.published.back();
        if (std::isnan(difference))
            continue;
        ++one.compared;
        one.mean += std::abs(difference);
    }
    one.mean = one.compared > 0 ? one.mean / one.compared : none;
    one.correlation = correlation(one.ours, one.published);
    return one;
}

void addOnce(std::vector<std::string>& names, const std::string& name)
{
    if (std::ranges::find(names, name) == names.end())
        names.push_back(name);
}

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace

std::string LreComparison::verdict() const
{
    return verdictText(sameSize);
}

LreChoice choiceOf(const PaperFigure& figure, const Result& result)
{
    LreChoice choice;
    if (!figure.beta)
        return choice;
    const std::string beta = Json(*figure.beta).dump();
    const std::vector<std::string>& betas = result.find("recall.1")->axes[3].labels;
    const auto found = std::ranges::find(betas, beta);
    if (found == betas.end())
        throw Failure(ErrorCode::Usage,
                      figure.title + " is drawn at beta = " + beta + ", which the result does not have.",
                      "Leave --betas out.");
    choice.beta = int(found - betas.begin());
    choice.byCausality = true;
    return choice;
}

LreComparison compareBars(const PaperFigure& figure, const std::vector<PublishedBar>& published, const Result& result,
                          const LreChoice& choice)
{
    LreComparison comparison = opening(figure, result);
    const std::vector<LreRelation> relations = summarizeLre(result, choice);
    std::vector<double> ours, theirs;
    for (const PublishedBar& bar : published) {
        const auto found = std::ranges::find(relations, bar.relation, &LreRelation::name);
        if (found == relations.end()) {
            addOnce(comparison.notOurs, bar.relation);
            continue;
        }
        const LreLayer* best = found->bestLayer();
        comparison.bars.push_back(
            {bar.relation, best ? best->faithfulness.mean : none, bar.faithfulness, found->baseline, bar.baseline});
        ours.push_back(comparison.bars.back().ours);
        theirs.push_back(bar.faithfulness);
    }
    comparison.correlation = correlation(ours, theirs);
    return comparison;
}

LreComparison compareSweeps(const PaperFigure& figure, const std::vector<PublishedSweep>& published,
                            const Result& result)
{
    LreComparison comparison = opening(figure, result);
    const std::vector<LreRelation> relations = summarizeLre(result);
    const bool isMamba = comparison.publishedModel == "mamba-2.8b";
    for (const PublishedSweep& sweep : published) {
        const auto found = std::ranges::find(relations, sweep.relation, &LreRelation::name);
        const std::vector<double> layers = byLayer(sweep, isMamba);
        if (found == relations.end())
            addOnce(comparison.notOurs, sweep.relation);
        else if (layers.empty())
            addOnce(comparison.notPlaced, sweep.relation);
        else
            comparison.sweeps.push_back(compareOne(sweep, layers, *found, result.find("recall.1")->axes[2].labels,
                                                   result.model.at("layers").get<int>()));
    }
    return comparison;
}

Json toJson(const LreComparison& comparison)
{
    Json json{{"schema", "mnemo.lre-comparison/1"},
              {"figure", comparison.figure},
              {"model", comparison.model},
              {"published", comparison.publishedModel},
              {"same_size", comparison.sameSize},
              {"verdict", comparison.verdict()},
              {"bars", Json::array()},
              {"curves", Json::array()},
              {"without_facts", comparison.notOurs},
              {"not_placed", comparison.notPlaced},
              {"correlation", comparison.correlation ? Json(*comparison.correlation) : Json()}};
    for (const LreBarComparison& bar : comparison.bars)
        json["bars"].push_back({{"relation", bar.relation},
                                {"ours", numberJson(bar.ours)},
                                {"published", bar.published},
                                {"baseline", bar.ourBaseline},
                                {"published_baseline", bar.publishedBaseline}});
    for (const LreSweepComparison& sweep : comparison.sweeps)
        json["curves"].push_back({{"relation", sweep.relation},
                                  {"metric", sweep.metric},
                                  {"ours", numbersJson(sweep.ours)},
                                  {"published", numbersJson(sweep.published)},
                                  {"compared", sweep.compared},
                                  {"mean", numberJson(sweep.mean)},
                                  {"correlation", sweep.correlation ? Json(*sweep.correlation) : Json()}});
    return json;
}

std::string comparisonCsv(const LreComparison& comparison)
{
    std::string csv = "# mnemo.lre-comparison/1\n# " + comparison.figure + ": " + comparison.model + ", published " +
                      comparison.publishedModel + ", " + comparison.verdict() + "\n";
    if (!comparison.bars.empty())
        csv += "relation,ours,published,baseline,published_baseline\r\n";
    for (const LreBarComparison& bar : comparison.bars)
        csv += csvField(bar.relation) + "," + csvNumber(bar.ours) + "," + csvNumber(bar.published) + "," +
               csvNumber(bar.ourBaseline) + "," + csvNumber(bar.publishedBaseline) + "\r\n";
    if (!comparison.sweeps.empty())
        csv += "relation,metric,state,ours,published\r\n";
    for (const LreSweepComparison& sweep : comparison.sweeps)
        for (std::size_t i = 0; i < sweep.ours.size(); ++i)
            csv += csvField(sweep.relation) + "," + sweep.metric + "," + std::to_string(i) + "," +
                   csvNumber(sweep.ours[i]) + "," + csvNumber(sweep.published[i]) + "\r\n";
    return csv;
}

std::string remarks(const LreComparison& comparison)
{
    std::string text;
    if (!comparison.notOurs.empty())
        text += "published, but these facts have no such relation: " + listed(comparison.notOurs) + "\n";
    if (!comparison.notPlaced.empty())
        text += "published with layers missing, so that they cannot be placed: " + listed(comparison.notPlaced) + "\n";
    return text;
}

Json referenceOf(const LreComparison& comparison)
{
    Json reference{{"title", publishedTitle(comparison.publishedModel, comparison.sameSize)},
                   {"bars", Json::array()},
                   {"curves", Json::array()}};
    for (const LreBarComparison& bar : comparison.bars)
        reference["bars"].push_back({{"relation", bar.relation}, {"faithfulness", bar.published}});
    for (const LreSweepComparison& sweep : comparison.sweeps)
        reference["curves"].push_back({{"array", sweep.metric == "causality" ? "causality.best" : sweep.metric},
                                       {"column", sweep.relation},
                                       {"values", numbersJson(sweep.published)}});
    return reference;
}

}  // namespace mnemo
