// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "core/data/computed_array.h"
#include "core/data/error.h"
#include "core/experiments/axes.h"
#include "core/experiments/experiments.h"
#include "core/experiments/greedy_layers.h"
#include "core/experiments/group_means.h"
#include "core/experiments/pair_params.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

constexpr const char* resample = "resample";
constexpr const char* removal = "removal";
constexpr const char* greedy = "greedy";
constexpr const char* crossTalk = "crosstalk";
const std::vector<std::string> allParts{resample, removal, greedy, crossTalk};

enum class Divisor { Absolute, Signed };

struct IoiParams : PairParams {
    std::vector<std::string> parts;
    double enough = 0.9;
    int greedyPairs = 20;
    Divisor divisor = Divisor::Absolute;
};

/// A minimal circuit of cross-talk: of one template and one corruption.
struct CrossTalkRun {
    std::string form, group;
    std::vector<std::size_t> pairs;
    std::vector<LayerStep> steps;
    bool done = false;     ///< nothing more is restored
    bool reached = false;  ///< enough answers are right
};

/// Where a model keeps what a pair of prompts differs in: resample ablation of the block's input per layer and token,
/// removal of layers, and the fewest layers that must mix tokens. Source: Ensign & Garriga-Alonso 2024, Figs 3–5
/// (METHODS.md §7.3–7.5).
class Ioi
{
public:
    Ioi(const IoiParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_reporter(reporter),
          m_info(context.model.model->info()),
          m_parts(params.parts.empty() ? allParts : params.parts),
          m_chosen(choosePairs(params, context.model)),
          m_runs(context, m_chosen.pairs, reporter),
          m_placed(ofOneLayout(m_chosen.pairs)),
          m_positions(positionLabels(m_chosen.pairs, m_placed)),
          m_resampled(m_chosen.pairs, {layerAxis(m_info.layers), {"token", m_positions}})
    {
        if (m_placed.size() < m_chosen.pairs.size())
            m_chosen.leftOut["pairs_of_other_positions"] = m_chosen.pairs.size() - m_placed.size();
        for (const PromptPair& pair : m_chosen.pairs)
            addCrossTalk(pair);
    }

    Result run()
    {
        try {
            for (const std::string& part : m_parts) {
                part == resample  ? runResample()
                : part == removal ? runRemoval()
                : part == greedy  ? runGreedy()
                                  : runCrossTalk();
                ++m_done;
                m_reporter.partial([&] { return snapshot(); });
            }
        } catch (const Cancelled&) {
            m_reporter.partial([&] { return snapshot(); });
            throw;
        }
        return snapshot();
    }

private:
    void addCrossTalk(const PromptPair& pair)
    {
        const auto found = std::ranges::find_if(m_crossTalk, [&](const CrossTalkRun& run) {
            return run.form == pair.text.form && run.group == pair.text.group;
        });
        CrossTalkRun& run =
            found != m_crossTalk.end()
                ? *found
                : m_crossTalk.emplace_back(CrossTalkRun{pair.text.form, pair.text.group, {}, {}, false, false});
        if (int(run.pairs.size()) < m_params.greedyPairs)
            run.pairs.push_back(std::size_t(&pair - m_chosen.pairs.data()));
    }

    /// Cell = 1 − nld when block ℓ reads the corrupted run's residual at token t (§7.3).
    void runResample()
    {
        const int tokens = int(m_positions.size()), layers = m_info.layers;
        m_runs.run(
            m_placed, std::size_t(layers * tokens),
            [&](const PromptPair& pair, std::size_t variant, RunId corrupt) {
                const int layer = int(variant) / tokens, token = int(variant) % tokens;
                return token < pair.firstDifference()
                           ? std::vector<Patch>()
                           : std::vector{fromCorrupt({SiteKind::BlockIn, layer, {}}, {token}, corrupt)};
            },
            [&](std::size_t pair, const std::vector<PairAnswer>& answers) {
                std::vector<double> cells;
                for (const PairAnswer& answer : answers)
                    cells.push_back(
                        1 - m_runs.baseline(pair).normalized(answer.difference, m_params.divisor == Divisor::Absolute));
                m_resampled.add(m_chosen.pairs[pair].text.group, cells);
                m_reporter.partial([&] { return snapshot(); });
            },
            m_reporter);
    }

    void runRemoval()
    {
        m_runs.run(
            m_runs.all(), std::size_t(m_info.layers),
            [&](const PromptPair& pair, std::size_t layer, RunId) {
                return removeLayers(pair, {int(layer)}, m_info.dModel);
            },
            [&](std::size_t pair, const std::vector<PairAnswer>& answers) {
                m_removal.resize(answers.size());
                for (std::size_t layer = 0; layer < answers.size(); ++layer)
                    m_removal[layer].add(m_runs.baseline(pair), answers[layer]);
                m_reporter.partial([&] { return snapshot(); });
            },
            m_reporter);
    }

    void runGreedy()
    {
        std::vector<std::size_t> some = m_runs.all();
        spread(some, std::size_t(m_params.greedyPairs));
        takeGreedily(
            m_runs, some, m_info.layers,
            [&](const PromptPair& pair, const std::vector<int>& taken, RunId) {
                return removeLayers(pair, taken, m_info.dModel);
            },
            [&](const LayerStep& step) {
                m_greedy.push_back(step);
                m_reporter.partial([&] { return snapshot(); });
                return step.means.accuracy >= 0.5;
            },
            m_reporter);
    }

    void runCrossTalk()
    {
        const LayerPatches cutOthers = [&](const PromptPair& pair, const std::vector<int>& restored, RunId corrupt) {
            std::vector<int> cut;
            for (int layer = 0; layer < m_info.layers; ++layer)
                if (!std::ranges::binary_search(restored, layer))
                    cut.push_back(layer);
            return cutCrossTalk(pair, cut, m_info.architecture == "mamba", corrupt);
        };
        const auto isEnough = [&](const PairMeans& means) { return means.accuracy > m_params.enough; };
        for (CrossTalkRun& run : m_crossTalk) {
            const auto none = [&](const PromptPair& pair, std::size_t, RunId corrupt) {
                return cutOthers(pair, {}, corrupt);
            };
            run.reached = isEnough(m_runs.means(run.pairs, 1, none, m_reporter).front());
            if (!run.reached)
                takeGreedily(
                    m_runs, run.pairs, m_info.layers, cutOthers,
                    [&](const LayerStep& step) {
                        run.steps.push_back(step);
                        run.reached = isEnough(step.means);
                        return !run.reached;
                    },
                    m_reporter);
            run.done = true;
            m_reporter.partial([&] { return snapshot(); });
        }
    }

    /// So many of a list, from all over it.
    static void spread(std::vector<std::size_t>& list, std::size_t most)
    {
        if (list.size() <= most)
            return;
        std::vector<std::size_t> some;
        for (std::size_t i = 0; i < most; ++i)
            some.push_back(list[i * list.size() / most]);
        list = std::move(some);
    }

    static void addSteps(Result& result, const std::string& name, const Axis& axis, const std::vector<PairMeans>& means)
    {
        std::vector<double> accuracy, probability, normalized;
        for (const PairMeans& one : means) {
            accuracy.push_back(one.accuracy);
            probability.push_back(one.probability);
            normalized.push_back(one.normalized);
        }
        for (auto& [quantity, unit, values] :
             {std::tuple("probability", "probability", &probability), std::tuple("accuracy", "share", &accuracy),
              std::tuple("nld", "nld", &normalized)})
            result.arrays.push_back(
                std::make_shared<const Array>(computedArray(name + "." + quantity, {axis}, unit, std::move(*values))));
    }

    /// Of the circuits that answer, the share that needs each layer.
    void addCrossTalkShares(Result& result, Json& told) const
    {
        std::vector<double> shares(std::size_t(m_info.layers), 0.0);
        const auto reached = std::ranges::count_if(m_crossTalk, &CrossTalkRun::reached);
        for (const CrossTalkRun& run : m_crossTalk) {
            if (!run.done)
                continue;
            Json steps = Json::array();
            for (const LayerStep& step : run.steps) {
                steps.push_back({{"layer", step.layer}, {"accuracy", step.means.accuracy}});
                if (run.reached)
                    shares[std::size_t(step.layer)] += 1.0 / double(reached);
            }
            told.push_back({{"template", run.form},
                            {"group", run.group},
                            {"pairs", run.pairs.size()},
                            {"reached", run.reached},
                            {"restored", std::move(steps)}});
        }
        if (reached > 0)
            result.arrays.push_back(std::make_shared<const Array>(
                computedArray("crosstalk.share", {layerAxis(m_info.layers)}, "share", std::move(shares))));
    }

    Result snapshot() const
    {
        Result result;
        const PairMeans clean = m_runs.cleanMeans();
        result.title = "Where " + std::to_string(m_chosen.pairs.size()) + " pairs differ";
        result.head = {{"pairs", toJson(m_chosen)},
                       {"positions", m_positions},
                       {"clean", {{"accuracy", clean.accuracy}, {"probability", clean.probability}}}};
        m_resampled.addTo(result, resample, "1 − nld");
        if (!m_removal.empty())
            addSteps(result, removal, layerAxis(m_info.layers), m_removal);
        if (!m_greedy.empty()) {
            Axis order{"removed", {}};
            std::vector<PairMeans> means;
            for (const LayerStep& step : m_greedy) {
                order.labels.push_back(std::to_string(step.layer));
                means.push_back(step.means);
            }
            result.head["greedy"] = order.labels;
            addSteps(result, greedy, order, means);
        }
        Json told = Json::array();
        addCrossTalkShares(result, told);
        if (!told.empty())
            result.head["crosstalk"] = std::move(told);
        result.done = double(m_done) / double(m_parts.size());
        result.provenance = {{"seed", m_params.seed}};
        return result;
    }

    const IoiParams& m_params;
    Reporter& m_reporter;
    ModelInfo m_info;
    std::vector<std::string> m_parts;
    ChosenPairs m_chosen;
    PairRuns m_runs;
    std::vector<std::size_t> m_placed;  // pairs whose names stand where most have them
    std::vector<std::string> m_positions;
    GroupMeans m_resampled;
    std::vector<PairMeans> m_removal;
    std::vector<LayerStep> m_greedy;
    std::vector<CrossTalkRun> m_crossTalk;
    std::size_t m_done = 0;
};

Result runIoi(const IoiParams& params, const ExperimentContext& context, Reporter& reporter)
{
    return Ioi(params, context, reporter).run();
}

}  // namespace

Experiment ioiExperiment()
{
    auto description = describe<IoiParams>(
        "ioi", "Where pairs differ",
        "Which layers and tokens carry what a clean and a corrupted prompt differ in: indirect objects, or own pairs.");
    describePairs(description);
    return description
        .param("parts", &IoiParams::parts, "Parts",
               "resample (layer by token), removal (each layer), greedy (one layer after the other), crosstalk (the "
               "fewest layers that must mix tokens).",
               {.ifUnset = "all", .choices = allParts})
        .param("enough", &IoiParams::enough, "Enough",
               "Cross-talk is restored layer by layer until more than this share of the answers is right.",
               {.minimum = 0, .maximum = 1})
        .param("greedy_pairs", &IoiParams::greedyPairs, "Pairs when greedy",
               "Most pairs of a search, which runs all of them again at each step.", {.minimum = 1, .maximum = 1e6})
        .choice("divisor", &IoiParams::divisor, {{"absolute", Divisor::Absolute}, {"signed", Divisor::Signed}},
                "Divisor",
                "Of the normalised logit difference: |clean − corrupted|, or clean − corrupted as in the notebook of "
                "Figs 3 and 7.")
        .run(runIoi);
}

}  // namespace mnemo
