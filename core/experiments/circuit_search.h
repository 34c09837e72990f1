// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/circuit.h"
#include "core/data/result.h"
#include "core/experiments/edge_attribution.h"
#include "core/experiments/edge_set.h"
#include "core/experiments/pair_params.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

enum class Ranking { Signed, Absolute };
enum class Weights { Trapezoid, Mean };

/// How edges are attributed and ranked, and how many of them are wanted.
struct CircuitParams : PairParams {
    bool positional = false;
    int points = 5;
    Weights weights = Weights::Trapezoid;
    Ranking ranking = Ranking::Signed;
    double wanted = 0.85;
};

template <class Params>
void describeCircuit(Description<Params>& description)
{
    describePairs(description);
    description.param("positional", &CircuitParams::positional, "By position", "An edge for every token position.")
        .param("points", &CircuitParams::points, "Points",
               "Shares α at which all edges are patched, averaged over; 1: the clean run alone.",
               {.minimum = 1, .maximum = 1000})
        .choice("weights", &CircuitParams::weights, {{"trapezoid", Weights::Trapezoid}, {"mean", Weights::Mean}},
                "Weights", "Of the points: by the trapezoid rule, or all alike as in the authors' code.")
        .choice("ranking", &CircuitParams::ranking, {{"signed", Ranking::Signed}, {"absolute", Ranking::Absolute}},
                "Ranking", "The most negative attributions first, as in the paper, or the largest.")
        .param("wanted", &CircuitParams::wanted, "Wanted accuracy",
               "The fewest edges are searched for that answer more than this share of the pairs.",
               {.minimum = 0, .maximum = 1});
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
    /// Runs the unpatched prompts. @throws Failure as choosePairs; what runPlan throws
    CircuitSearch(const CircuitParams& params, const ExperimentContext& context, Reporter& reporter);

    /// Attributes every edge, pair by pair. @param more called whenever means over more pairs are there
    void attribute(const std::function<void()>& more);

    /// The smallest number of edges that answers more than wanted of the pairs they were ranked by, by halving: it
    /// takes accuracy to grow with the edges. Nothing is found when the model itself does not answer as much.
    void search();

    void measureSize(int edges);     ///< what the first so many edges do, on all pairs
    void measureExactly(int edges);  ///< what patching each of the first so many alone does to the metric

    const CircuitNodes& nodes() const { return m_nodes; }
    const PairRuns& train() const { return m_train; }
    const PairRuns& heldOut() const { return m_heldOut; }
    const Circuit& circuit() const { return m_circuit; }  ///< all edges, ranked, once all are attributed
    std::optional<int> found() const { return m_found; }
    const std::map<int, CircuitTrial>& trials() const { return m_trials; }                 ///< by number of edges
    std::size_t attributed() const { return m_attributed; }                                ///< pairs
    double share() const { return double(m_attributed) / double(m_chosen.pairs.size()); }  ///< of them

    /// Adds what is known to a result: its head, and the arrays of attributions and exact effects.
    void describe(Result& result) const;

private:
    std::size_t depth() const { return m_params.positional ? m_positions.size() : 1; }
    bool isEdge(std::size_t cell) const;
    void take(const PairAttribution& pair);
    PairMeans measure(const PairRuns& runs, int edges, bool others);
    Json searchJson() const;

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
    std::size_t m_attributed = 0;
    Circuit m_circuit;
    std::map<int, CircuitTrial> m_trials;
    std::optional<int> m_found;
    bool m_searched = false;
};

}  // namespace mnemo
