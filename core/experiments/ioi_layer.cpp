// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/data/computed_array.h"
#include "core/data/error.h"
#include "core/experiments/axes.h"
#include "core/experiments/experiments.h"
#include "core/experiments/group_means.h"
#include "core/experiments/mamba_layer.h"
#include "core/experiments/pair_params.h"
#include "core/experiments/state_cosines.h"

namespace mnemo {
namespace {

constexpr int firstTap = -3;  // of the convolution's four
constexpr int taps = 4;

struct IoiLayerParams : PairParams {
    int layer = -1;
    int cosinePairs = 10;
};

/// Which of a layer's means over prompts, and what its axes are.
struct CosineMap {
    const char* name;
    const char* rows;
    const char* columns;
    std::vector<double> StateCosines::*values;
};

const std::vector<CosineMap> cosineMaps{
    {"cosine.write_state", "contribution", "state", &StateCosines::writeState},
    {"cosine.write_write", "contribution", "contribution", &StateCosines::writeWrite},
    {"cosine.state_state", "state", "state", &StateCosines::stateState},
    {"cosine.propagated_state", "contribution", "state", &StateCosines::propagatedState}};

/// How a layer of a Mamba carries what a pair of prompts differs in: the convolution's terms tap by tap, and how alike
/// what tokens write and the states are. Source: Ensign & Garriga-Alonso 2024, Figs 6 and 7 (METHODS.md §7.6).
class IoiLayer
{
public:
    IoiLayer(const IoiLayerParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_context(context),
          m_reporter(reporter),
          m_chosen(ofOneLayout(choosePairs(params, context.model))),
          m_runs(context, m_chosen.pairs, reporter),
          m_positions(positionLabels(m_chosen.pairs, m_runs.all())),
          m_taps(m_chosen.pairs, {tapAxis(), {"token", m_positions}}),
          m_layer(params.layer)
    {
        for (const CosineMap& map : cosineMaps)
            m_cosines.emplace_back(std::vector<Axis>{{map.rows, m_positions}, {map.columns, m_positions}});
    }

    Result run()
    {
        try {
            if (m_layer < 0) {
                m_costs = layerCosts(m_runs, m_runs.all(), m_context.model.model->info().layers, m_reporter);
                m_layer = bottleneckOf(m_costs);
            }
            runTaps();
            runCosines();
        } catch (const Cancelled&) {
            if (m_layer >= 0)
                m_reporter.partial([&] { return snapshot(); });
            throw;
        }
        return snapshot();
    }

private:
    static Axis tapAxis()
    {
        Axis axis{"tap", {}};
        for (int tap = firstTap; tap < firstTap + taps; ++tap)
            axis.labels.push_back(std::to_string(tap));
        return axis;
    }

    /// Cell = 1 − nld when one term of the convolution is the corrupted run's, at one token that it is added up for.
    void runTaps()
    {
        const int tokens = int(m_positions.size());
        m_runs.run(
            m_runs.all(), std::size_t(taps * tokens),
            [&](const PromptPair& pair, std::size_t variant, RunId corrupt) {
                const int tap = firstTap + int(variant) / tokens, token = int(variant) % tokens;
                return token + tap < pair.firstDifference()  // it comes from a token that both prompts share
                           ? std::vector<Patch>()
                           : std::vector{fromCorrupt({SiteKind::Conv, m_layer, tap}, {token}, corrupt)};
            },
            [&](std::size_t pair, const std::vector<PairAnswer>& answers) {
                std::vector<double> cells;
                for (const PairAnswer& answer : answers)
                    cells.push_back(1 - m_runs.baseline(pair).normalized(answer.difference));
                m_taps.add(m_chosen.pairs[pair].text.group, cells);
                ++m_tapped;
                m_reporter.partial([&] { return snapshot(); });
            },
            m_reporter);
    }

    void runCosines()
    {
        const at::Tensor a_EN = m_context.model.model->stateMatrix(m_layer).to(at::kCPU, at::kDouble);
        const std::size_t wanted = cosinePrompts();
        for (std::size_t i = 0; i < wanted; ++i) {
            const PromptPair& pair = m_chosen.pairs[i * m_chosen.pairs.size() / wanted];
            const LayerStates states = readLayerStates(pair.clean.ids(), m_layer, m_context, m_reporter);
            const StateCosines cosines = stateCosines(states, a_EN, m_reporter);
            for (std::size_t map = 0; map < cosineMaps.size(); ++map)
                m_cosines[map].add(cosines.*cosineMaps[map].values);
            ++m_compared;
            m_reporter.progress(m_compared, std::int64_t(wanted), "prompts");
            m_reporter.partial([&] { return snapshot(); });
        }
    }

    std::size_t cosinePrompts() const { return std::min(std::size_t(m_params.cosinePairs), m_chosen.pairs.size()); }

    Result snapshot() const
    {
        Result result;
        const PairMeans clean = m_runs.cleanMeans();
        result.title = "Inside layer " + std::to_string(m_layer);
        result.head = {{"pairs", toJson(m_chosen)},
                       {"positions", m_positions},
                       {"clean", {{"accuracy", clean.accuracy}, {"probability", clean.probability}}},
                       {"layer", m_layer},
                       {"layer_found", m_params.layer < 0},
                       {"cosine_prompts", m_compared}};
        m_taps.addTo(result, "taps", "1 − nld");
        if (m_compared > 0)
            for (std::size_t map = 0; map < cosineMaps.size(); ++map)
                result.arrays.push_back(
                    std::make_shared<const Array>(m_cosines[map].means(cosineMaps[map].name, "cosine")));
        if (!m_costs.empty())
            result.arrays.push_back(std::make_shared<const Array>(
                computedArray("cost", {layerAxis(int(m_costs.size()))}, "1 − nld", m_costs)));
        result.done = double(m_tapped + m_compared) / double(m_chosen.pairs.size() + cosinePrompts());
        result.provenance = {{"seed", m_params.seed}};
        return result;
    }

    const IoiLayerParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    ChosenPairs m_chosen;  // of one layout
    PairRuns m_runs;
    std::vector<std::string> m_positions;
    GroupMeans m_taps;
    std::vector<CurveMeans> m_cosines;  // as cosineMaps
    std::vector<double> m_costs;        // of the layers, where they had to be compared
    int m_layer;
    int m_tapped = 0, m_compared = 0;
};

Result runIoiLayer(const IoiLayerParams& params, const ExperimentContext& context, Reporter& reporter)
{
    checkMambaLayer(context.model, params.layer, "ioi-layer");
    return IoiLayer(params, context, reporter).run();
}

}  // namespace

Experiment ioiLayerExperiment()
{
    auto description = describe<IoiLayerParams>(
        "ioi-layer", "Inside a layer",
        "How a Mamba layer carries what clean and corrupted prompts differ in: the terms of its convolution, and how "
        "alike what tokens write and its states are.");
    describePairs(description);
    describeMambaLayer(description, &IoiLayerParams::layer);
    return description
        .param("cosine_pairs", &IoiLayerParams::cosinePairs, "Prompts compared",
               "Most clean prompts whose writes and states are compared; 0: none.",
               {.minimum = 0, .maximum = 1e6, .ifUnset = "none"})
        .run(runIoiLayer);
}

}  // namespace mnemo
