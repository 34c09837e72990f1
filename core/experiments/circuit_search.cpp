// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/circuit_search.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace mnemo {
namespace {

PatchedParts partsOf(const CircuitParams& params)
{
    if (params.points == 1)
        return PatchedParts::plain();
    return params.weights == Weights::Mean ? PatchedParts::mean(params.points) : PatchedParts::trapezoid(params.points);
}

/// Edges of positions need their names at the same tokens.
ChosenPairs trainPairs(const CircuitParams& params, const LoadedModel& model)
{
    ChosenPairs chosen = choosePairs(params, model, PairShare::Train);
    return params.positional ? ofOneLayout(std::move(chosen)) : chosen;
}

/// @param train pairs that have edges of their own positions
ChosenPairs heldOutPairs(const CircuitParams& params, const LoadedModel& model, const ChosenPairs& train)
{
    ChosenPairs chosen = choosePairs(params, model, PairShare::HeldOut);
    return params.positional ? ofLayoutOf(train.pairs.front(), std::move(chosen)) : chosen;
}

}  // namespace

CircuitSearch::CircuitSearch(const CircuitParams& params, const ExperimentContext& context, Reporter& reporter)
    : m_params(params),
      m_context(context),
      m_reporter(reporter),
      m_nodes(*context.model.model),
      m_parts(partsOf(params)),
      m_chosen(trainPairs(params, context.model)),
      m_chosenHeldOut(heldOutPairs(params, context.model, m_chosen)),
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

bool CircuitSearch::isEdge(std::size_t cell) const
{
    const std::size_t edge = cell / depth(), nodes = std::size_t(m_nodes.size());
    return m_nodes.isEdge(int(edge / nodes), int(edge % nodes));
}

void CircuitSearch::attribute(const std::function<void()>& more)
{
    const std::vector<std::size_t> all = m_train.all();
    const std::size_t together = pairsTogether(m_context, m_train, m_parts);
    for (std::size_t begin = 0; begin < all.size(); begin += together) {
        const auto some = std::span(all).subspan(begin, std::min(together, all.size() - begin));
        for (const PairAttribution& pair : attributeEdges(m_context, m_nodes, m_train, some, m_parts, m_reporter))
            take(pair);
        m_reporter.progress(std::int64_t(m_attributed), std::int64_t(all.size()), "pairs");
        more();
    }
    Result known;
    known.kind = "circuit";
    describe(known);
    m_circuit = circuitOf(known);
}

void CircuitSearch::take(const PairAttribution& pair)
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

PairMeans CircuitSearch::measure(const PairRuns& runs, int edges, bool others)
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

void CircuitSearch::search()
{
    int low = 0, high = int(m_circuit.edges.size());
    if (measure(m_train, high, true).accuracy <= m_params.wanted) {
        m_searched = true;
        return;  // the model itself does not
    }
    while (low < high) {
        const int middle = (low + high) / 2;
        const PairMeans means = measure(m_train, middle, true);
        m_trials[middle].train = means;
        (means.accuracy > m_params.wanted ? high : low) = means.accuracy > m_params.wanted ? middle : middle + 1;
    }
    measureSize(high);
    m_found = high;
    m_searched = true;
}

void CircuitSearch::measureSize(int size)
{
    CircuitTrial& trial = m_trials[size];
    if (trial.without.pairs > 0)
        return;
    if (trial.train.pairs == 0)
        trial.train = measure(m_train, size, true);
    trial.heldOut = measure(m_heldOut, size, true);
    trial.without = measure(m_heldOut, size, false);
}

void CircuitSearch::measureExactly(int edges)
{
    const int most = std::min(int(m_circuit.edges.size()), edges);
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
    const double clean = m_train.cleanMeans().normalized;
    for (int edge = 0; edge < most; ++edge) {
        const CircuitEdge& one = m_circuit.edges[std::size_t(edge)];
        const std::size_t cell =
            (std::size_t(one.source) * m_circuit.nodes.size() + std::size_t(one.destination)) * depth() +
            std::size_t(std::max(0, one.position));
        m_exact.values[cell] = means[std::size_t(edge)].normalized - clean;
        m_exact.states[cell] = CellState::Computed;
    }
}

Json CircuitSearch::searchJson() const
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

void CircuitSearch::describe(Result& result) const
{
    result.parameters["ranking"] = m_params.ranking == Ranking::Absolute ? "absolute" : "signed";
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
                   {"attributed", m_attributed}};
    if (m_searched)
        result.head["search"] = searchJson();
    result.arrays = {std::make_shared<const Array>(m_attribution), std::make_shared<const Array>(m_exact)};
    result.provenance = {{"seed", m_params.seed}, {"seed_held_out", heldOutSeed(m_params.seed)}};
}

}  // namespace mnemo
