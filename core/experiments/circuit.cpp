// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/data/circuit.h"
#include "core/data/computed_array.h"
#include "core/data/error.h"
#include "core/experiments/edge_attribution.h"
#include "core/experiments/edge_set.h"
#include "core/experiments/experiments.h"
#include "core/experiments/pair_params.h"

namespace mnemo {
namespace {

enum class Ranking { Signed, Absolute };
enum class Weights { Trapezoid, Mean };

struct CircuitParams : PairParams {
    bool positional = false;
    int points = 5;
    Weights weights = Weights::Trapezoid;
    Ranking ranking = Ranking::Signed;
    double wanted = 0.85;
    int sizes = 16;
    int exact = 50;
};

PatchedParts partsOf(const CircuitParams& params)
{
    if (params.points == 1)
        return PatchedParts::plain();
    return params.weights == Weights::Mean ? PatchedParts::mean(params.points) : PatchedParts::trapezoid(params.points);
}

/// What a circuit of so many edges does.
struct CircuitTrial {
    PairMeans train, heldOut;
    PairMeans without;  ///< held out, when only its edges are patched
};

/// Finds the edges that carry what pairs of prompts differ in: attribution of every edge, the fewest of them that still
/// answer, and how they do on other pairs. Source: Ensign & Garriga-Alonso 2024, App. D (METHODS.md §7.7).
class CircuitSearch
{
public:
    CircuitSearch(const CircuitParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_context(context),
          m_reporter(reporter),
          m_nodes(*context.model.model),
          m_parts(partsOf(params)),
          m_chosen(choosePairs(params, context.model, PairShare::Train, places())),
          m_chosenHeldOut(choosePairs(params, context.model, PairShare::HeldOut, places())),
          m_train(context, m_chosen.pairs, reporter),
          m_heldOut(context, m_chosenHeldOut.pairs, reporter),
          m_metric(m_parts.alphas.size(), 0.0)
    {
        if (params.positional)
            m_positions = positionLabels(m_chosen.pairs, m_train.all());
        const std::vector<std::string> labels = m_nodes.labels();
        std::vector<Axis> axes{{"source", labels}, {"destination", labels}};
        if (params.positional)
            axes.push_back({"position", m_positions});
        m_attribution = Array::make("attribution", axes, "nld");
        m_exact = Array::make("exact", axes, "nld");
        for (std::size_t cell = 0; cell < m_attribution.size(); ++cell)
            if (!isEdge(cell))
                m_attribution.states[cell] = m_exact.states[cell] = CellState::Undefined;
    }

    Result run()
    {
        try {
            attribute();
            m_circuit = circuitOf(snapshot());
            search();
            measureSizes();
            measureEdges();
        } catch (const Cancelled&) {
            if (m_attributed > 0)
                m_reporter.partial([&] { return snapshot(); });
            throw;
        }
        return snapshot();
    }

private:
    Places places() const { return m_params.positional ? Places::Same : Places::Any; }
    std::size_t depth() const { return m_params.positional ? m_positions.size() : 1; }

    bool isEdge(std::size_t cell) const
    {
        const std::size_t edge = cell / depth(), nodes = std::size_t(m_nodes.size());
        return m_nodes.isEdge(int(edge / nodes), int(edge % nodes));
    }

    /// The mean over pairs, while they come in.
    void attribute()
    {
        const std::vector<std::size_t> all = m_train.all();
        const std::size_t together = pairsTogether(m_context, m_train, m_parts);
        for (std::size_t begin = 0; begin < all.size(); begin += together) {
            const auto some = std::span(all).subspan(begin, std::min(together, all.size() - begin));
            for (const PairAttribution& pair : attributeEdges(m_context, m_nodes, m_train, some, m_parts, m_reporter))
                take(pair);
            m_reporter.progress(std::int64_t(m_attributed), std::int64_t(all.size()), "pairs");
            m_reporter.partial([&] { return snapshot(); });
        }
    }

    void take(const PairAttribution& pair)
    {
        ++m_attributed;
        const at::Tensor edges = (m_params.positional ? pair.edges_SJT : pair.edges_SJT.sum(2)).contiguous();
        const double* const values = edges.const_data_ptr<double>();
        for (std::size_t cell = 0; cell < m_attribution.size(); ++cell)
            if (m_attribution.states[cell] != CellState::Undefined) {
                double& mean = m_attribution.values[cell];
                mean = m_attributed == 1 ? values[cell] : mean + (values[cell] - mean) / double(m_attributed);
                m_attribution.states[cell] = CellState::Computed;
            }
        for (std::size_t k = 0; k < m_metric.size(); ++k)
            m_metric[k] += (pair.metric[k] - m_metric[k]) / double(m_attributed);
    }

    int edges() const { return int(m_circuit.edges.size()); }

    PairMeans measure(const PairRuns& runs, int edges, bool others)
    {
        const EdgeSet kept = firstEdges(m_circuit, edges);
        return runs
            .means(
                runs.all(), 1,
                [&](const PromptPair& pair, std::size_t, RunId corrupt) {
                    return patchEdges(m_nodes, kept, others, pair, corrupt);
                },
                m_reporter)
            .front();
    }

    /// The smallest number of edges that answers well enough on the pairs they were ranked by, by halving: it takes
    /// accuracy to grow with the edges.
    void search()
    {
        int low = 0, high = edges();
        if (measure(m_train, high, true).accuracy <= m_params.wanted)
            return;  // the model itself does not
        while (low < high) {
            const int middle = (low + high) / 2;
            const PairMeans means = measure(m_train, middle, true);
            m_trials[middle].train = means;
            (means.accuracy > m_params.wanted ? high : low) = means.accuracy > m_params.wanted ? middle : middle + 1;
        }
        m_found = high;
        measureSize(high);
        m_reporter.partial([&] { return snapshot(); });
    }

    void measureSize(int size)
    {
        CircuitTrial& trial = m_trials[size];
        if (trial.train.pairs == 0)
            trial.train = measure(m_train, size, true);
        trial.heldOut = measure(m_heldOut, size, true);
        trial.without = measure(m_heldOut, size, false);
    }

    /// Sizes from one edge to all, evenly by ratio, and those the search has tried.
    void measureSizes()
    {
        std::set<int> sizes{0};
        for (const auto& [size, trial] : m_trials)
            sizes.insert(size);
        for (int i = 0; i < m_params.sizes; ++i)
            sizes.insert(int(std::lround(std::pow(double(edges()), i / double(std::max(1, m_params.sizes - 1))))));
        std::int64_t done = 0;
        for (const int size : sizes) {
            if (m_trials[size].heldOut.pairs == 0)
                measureSize(size);
            m_reporter.progress(++done, std::int64_t(sizes.size()), "circuits");
            m_reporter.partial([&] { return snapshot(); });
        }
    }

    /// What patching single edges does to the metric, of those that are ranked first.
    void measureEdges()
    {
        const int most = std::min(edges(), m_params.exact);
        if (most == 0)
            return;
        const std::vector<PairMeans> means = m_train.means(
            m_train.all(), std::size_t(most),
            [&](const PromptPair& pair, std::size_t edge, RunId corrupt) {
                const CircuitEdge& one = m_circuit.edges[edge];
                EdgeSet set(m_nodes.size(), int(m_positions.size()));
                set.add(one.source, one.destination, one.position);
                return patchEdges(m_nodes, set, false, pair, corrupt);
            },
            m_reporter);
        for (int edge = 0; edge < most; ++edge) {
            const CircuitEdge& one = m_circuit.edges[std::size_t(edge)];
            const std::size_t cell =
                (std::size_t(one.source) * m_circuit.nodes.size() + std::size_t(one.destination)) * depth() +
                std::size_t(std::max(0, one.position));
            m_exact.values[cell] = means[std::size_t(edge)].normalized - 1;
            m_exact.states[cell] = CellState::Computed;
        }
    }

    static Json toJson(const PairMeans& means)
    {
        return {{"pairs", means.pairs},
                {"nld", means.normalized},
                {"accuracy", means.accuracy},
                {"probability", means.probability}};
    }

    Json searchJson() const
    {
        if (!m_found)
            return {{"wanted", m_params.wanted}, {"edges", nullptr}};
        const CircuitTrial& trial = m_trials.at(*m_found);
        return {{"wanted", m_params.wanted},
                {"edges", *m_found},
                {"on_paths", onPaths(strongest(m_circuit, *m_found)).edges.size()},
                {"train", toJson(trial.train)},
                {"held_out", toJson(trial.heldOut)},
                {"without", toJson(trial.without)}};
    }

    void addCurves(Result& result) const
    {
        Axis sizes{"edges", {}};
        std::vector<double> faithfulness, accuracy, probability, trainFaithfulness, trainAccuracy, without;
        for (const auto& [size, trial] : m_trials) {
            if (trial.without.pairs == 0)
                continue;
            sizes.labels.push_back(std::to_string(size));
            faithfulness.push_back(trial.heldOut.normalized);
            accuracy.push_back(trial.heldOut.accuracy);
            probability.push_back(trial.heldOut.probability);
            trainFaithfulness.push_back(trial.train.normalized);
            trainAccuracy.push_back(trial.train.accuracy);
            without.push_back(trial.without.normalized);
        }
        if (sizes.labels.empty())
            return;
        const auto put = [&](const char* name, const char* unit, std::vector<double>& values) {
            result.arrays.push_back(
                std::make_shared<const Array>(computedArray(name, {sizes}, unit, std::move(values))));
        };
        put("faithfulness", "nld", faithfulness);
        put("accuracy", "share", accuracy);
        put("probability", "probability", probability);
        put("train.faithfulness", "nld", trainFaithfulness);
        put("train.accuracy", "share", trainAccuracy);
        put("without", "nld", without);
    }

    Result snapshot() const
    {
        Result result;
        result.kind = "circuit";
        result.parameters = {{"ranking", m_params.ranking == Ranking::Absolute ? "absolute" : "signed"}};
        result.title = std::string(m_params.positional ? "Positional circuit" : "Circuit") + " of " +
                       std::to_string(m_chosen.pairs.size()) + " pairs";
        const PairMeans clean = m_train.cleanMeans();
        result.head = {{"pairs", mnemo::toJson(m_chosen)},
                       {"held_out", mnemo::toJson(m_chosenHeldOut)},
                       {"clean", {{"accuracy", clean.accuracy}, {"probability", clean.probability}}},
                       {"nodes", m_nodes.labels()},
                       {"positions", m_positions},
                       {"edges", m_nodes.edges() * int(depth())},
                       {"alphas", m_parts.alphas},
                       {"weights", m_parts.weights},
                       {"metric", m_metric},
                       {"attributed", m_attributed},
                       {"search", searchJson()}};
        result.arrays = {std::make_shared<const Array>(m_attribution), std::make_shared<const Array>(m_exact)};
        addCurves(result);
        result.done = double(m_attributed) / double(m_chosen.pairs.size());
        result.provenance = {{"seed", m_params.seed}};
        return result;
    }

    const CircuitParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    CircuitNodes m_nodes;
    PatchedParts m_parts;
    ChosenPairs m_chosen, m_chosenHeldOut;
    PairRuns m_train, m_heldOut;
    std::vector<std::string> m_positions;  // none: positions together
    Array m_attribution, m_exact;
    std::vector<double> m_metric;  // at each α, mean over pairs
    std::size_t m_attributed = 0;  // pairs
    Circuit m_circuit;
    std::map<int, CircuitTrial> m_trials;  // by number of edges
    std::optional<int> m_found;
};

Result runCircuit(const CircuitParams& params, const ExperimentContext& context, Reporter& reporter)
{
    return CircuitSearch(params, context, reporter).run();
}

}  // namespace

Experiment circuitExperiment()
{
    auto description = describe<CircuitParams>(
        "circuit", "Circuit",
        "Which edges between layers carry what a clean and a corrupted prompt differ in: edge attribution patching.");
    describePairs(description);
    return description
        .param("positional", &CircuitParams::positional, "By position", "An edge for every token position.")
        .param("points", &CircuitParams::points, "Points",
               "Shares α at which all edges are patched, averaged over; 1: the clean run alone.",
               {.minimum = 1, .maximum = 1000})
        .choice("weights", &CircuitParams::weights, {{"trapezoid", Weights::Trapezoid}, {"mean", Weights::Mean}},
                "Weights", "Of the points: by the trapezoid rule, or all alike as in the authors' code.")
        .choice("ranking", &CircuitParams::ranking, {{"signed", Ranking::Signed}, {"absolute", Ranking::Absolute}},
                "Ranking", "The most negative attributions first, as in the paper, or the largest.")
        .param("wanted", &CircuitParams::wanted, "Wanted accuracy",
               "The fewest edges are searched for that answer more than this share of the pairs.",
               {.minimum = 0, .maximum = 1})
        .param("sizes", &CircuitParams::sizes, "Sizes", "Circuits of so many sizes are measured on held-out pairs.",
               {.minimum = 2, .maximum = 1000})
        .param("exact", &CircuitParams::exact, "Exact effects", "Of so many edges the exact effect is measured.",
               {.minimum = 0, .maximum = 1e6})
        .run(runCircuit);
}

}  // namespace mnemo
