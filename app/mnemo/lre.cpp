// SPDX-License-Identifier: GPL-3.0-or-later
// Relations as linear maps.
#include "app/mnemo/lre_text.h"
#include "app/mnemo/run.h"
#include "app/mnemo/text_table.h"
#include "core/data/lre_summary.h"
#include "core/data/numbers.h"

#include <cmath>

namespace mnemo {
namespace {

std::string shareText(const LreShare& share)
{
    if (share.trials == 0)
        return "–";
    return fixed("%.3f", share.mean) + (share.trials > 1 ? " ± " + fixed("%.3f", share.sd) : "");
}

/// A dash where nothing was measured.
std::string numberText(const char* pattern, double value)
{
    return std::isnan(value) ? "–" : fixed(pattern, value);
}

/// Up to five tokens with their probabilities, on one line.
std::string topLine(const Json& top)
{
    std::string line;
    for (const Json& token : top)
        line += (line.empty() ? "" : "  ") + quoted(token) + " " + fixed("%.3f", token.value("p", 0.0));
    return line;
}

}  // namespace

std::string lreText(const Result& result)
{
    const std::vector<std::string>& labels = result.find("recall.1")->axes[2].labels;
    TextRows rows{{"relation", "faithfulness", "by chance", "objects", "layer", "beta", "causality", "rank"}};
    for (const LreRelation& relation : mostFaithfulFirst(summarizeLre(result))) {
        const LreLayer& best = *relation.bestLayer();
        rows.push_back({relation.name, shareText(best.faithfulness), fixed("%.3f", relation.baseline),
                        std::to_string(relation.objects), labels[std::size_t(relation.best)], fixed("%.2f", best.beta),
                        shareText(best.causality), best.causality.trials > 0 ? fixed("%.0f", best.rank) : "–"});
    }
    std::string text = "\n" + aligned(rows);
    for (const Json& relation : result.head.at("relations"))
        for (std::size_t trial = 0; trial < relation.at("trials").size(); ++trial)
            if (const Json& skipped = relation["trials"][trial].at("skipped"); skipped.is_string())
                text += relation.at("name").get<std::string>() + ", trial " + std::to_string(trial + 1) +
                        " left out: " + skipped.get<std::string>() + "\n";
    return text;
}

std::string lreFactText(const Result& result)
{
    const Json& head = result.head;
    std::string text = head.at("subject").get<std::string>() + " → " + head.at("object").get<std::string>() +
                       ", from the state behind layer " + head.at("layer").get<std::string>() + "\n\nmodel  " +
                       topLine(head.at("model")) + "\n";
    for (std::size_t i = 0; i < head.at("betas").size(); ++i)
        text += "β " + fixed("%5.2f", head["betas"][i].get<double>()) + "  " + topLine(head.at("lre")[i]) + "\n";
    if (!head.at("say").is_object())
        return text;
    text += "\nMoved to say " + head["say"].at("object").get<std::string>() + ", as of " +
            head["say"].at("subject").get<std::string>() + ":\n";
    for (std::size_t i = 0; i < head.at("ranks").size(); ++i)
        text += "ρ " + fixed("%5.0f", head["ranks"][i].get<double>()) + "  " +
                (head.at("edited")[i].empty() ? std::string("above the rank of the map") : topLine(head["edited"][i])) +
                "\n";
    return text;
}

std::string readableText(const LreComparison& comparison)
{
    std::string text = comparison.figure + ": " + comparison.model + " beside the published " +
                       comparison.publishedModel + ", " + comparison.verdict() + "\n\n";
    if (!comparison.bars.empty()) {
        TextRows rows{{"relation", "ours", "published", "by chance", "published"}};
        for (const LreBarComparison& bar : comparison.bars)
            rows.push_back({bar.relation, numberText("%.3f", bar.ours), fixed("%.3f", bar.published),
                            fixed("%.4f", bar.ourBaseline), fixed("%.4f", bar.publishedBaseline)});
        text += aligned(rows);
    }
    if (comparison.correlation)
        text += "correlation over relations: " + fixed("%.2f", *comparison.correlation) + "\n";
    if (!comparison.sweeps.empty()) {
        TextRows rows{{"relation and measure", "states", "mean difference", "r"}};
        for (const LreSweepComparison& sweep : comparison.sweeps)
            rows.push_back({sweep.relation + ", " + sweep.metric, std::to_string(sweep.compared),
                            numberText("%.3f", sweep.mean),
                            sweep.correlation ? fixed("%.2f", *sweep.correlation) : "–"});
        text += aligned(rows);
    }
    return text + remarks(comparison);
}

void addLre(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("lre", "How linear relations are: one affine map for each, layer by layer"), line,
                  "lre");
}

void addLreFact(CLI::App& app, CommandLine& line)
{
    addRunCommand(
        *app.add_subcommand("lre-fact", "What a relation's affine map says of one fact, and how it moves the model"),
        line, "lre-fact");
}

}  // namespace mnemo
