// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/edge_attribution.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "core/engine/run_with_gradients.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

constexpr std::size_t cpuRows = 512, gpuRows = 16384;  // of one pass: enough to keep the device busy

/// One pass over a pair's prompt whose inputs of nodes are leaves, so that the metric's slope by them can be asked.
struct AttributedRun {
    double alpha = 0;
    std::vector<int> out;             ///< [node but the last] first readout of what it adds
    int logits = 0;                   ///< readout
    std::vector<std::size_t> leaves;  ///< [node but the first]; none of nodes that hear of nothing
};

/// The plan of some pairs.
class AttributionPlan
{
public:
    AttributionPlan(const CircuitNodes& nodes, std::int64_t width, const at::TensorOptions& options)
        : m_nodes(nodes), m_width(width), m_options(options)
    {
    }

    struct Pair {
        std::vector<int> positions;        ///< from the first token that differs
        AttributedRun corrupt;             ///< and α = 1
        std::vector<AttributedRun> parts;  ///< one per α; those of 1 have no readouts of their own
    };

    void add(const PromptPair& pair, const std::vector<double>& alphas)
    {
        Pair& made = m_pairs.emplace_back();
        for (int token = pair.firstDifference(); token < pair.tokens(); ++token)
            made.positions.push_back(token);
        const RunId corrupt = addRun(pair.corrupt.ids(), pair, 1, std::nullopt, made.positions, made.corrupt);
        for (const double alpha : alphas)
            if (AttributedRun& run = made.parts.emplace_back(); alpha < 1)
                addRun(pair.clean.ids(), pair, alpha, corrupt, made.positions, run);
            else
                run.alpha = alpha;
    }

    const Plan& plan() const { return m_plan; }
    const PlanParameters& parameters() const { return m_parameters; }
    const std::vector<at::Tensor>& leaves() const { return m_leaves; }
    const std::vector<Pair>& pairs() const { return m_pairs; }

private:
    /// @param corrupt none: this is the corrupted run
    RunId addRun(std::vector<int> tokens, const PromptPair& pair, double alpha, std::optional<RunId> corrupt,
                 const std::vector<int>& positions, AttributedRun& made)
    {
        made.alpha = alpha;
        std::vector<Patch> patches;
        for (int node = 1; node < m_nodes.size(); ++node) {
            const Site& in = m_nodes.all()[std::size_t(node)].in;
            if (corrupt && alpha > 0)
                patches.emplace_back(in, positions, Reroute{{m_nodes.residualBefore(node)}, *corrupt, alpha});
            if (corrupt || node == m_nodes.output()) {
                made.leaves.push_back(m_leaves.size());
                patches.emplace_back(in, positions, AddTo{addLeaf(std::int64_t(positions.size()))});
            }
        }
        const RunId run = m_plan.addRun(std::move(tokens), std::move(patches));
        for (int node = 0; node < m_nodes.output(); ++node)
            made.out.push_back(readStates(m_plan, run, m_nodes.all()[std::size_t(node)].out, positions));
        Readout logits;
        logits.run = run;
        logits.position = pair.last();
        logits.allLogits = true;
        made.logits = m_plan.read(std::move(logits));
        return run;
    }

    std::shared_ptr<const HostTensor> addLeaf(std::int64_t positions)
    {
        auto zeros = std::make_shared<const HostTensor>(
            HostTensor{{positions, m_width}, std::vector<float>(static_cast<std::size_t>(positions * m_width), 0.0f)});
        m_leaves.push_back(at::zeros({positions, m_width}, m_options).set_requires_grad(true));
        m_parameters[zeros.get()] = m_leaves.back();
        return zeros;
    }

    const CircuitNodes& m_nodes;
    std::int64_t m_width;
    at::TensorOptions m_options;
    Plan m_plan;
    PlanParameters m_parameters;
    std::vector<at::Tensor> m_leaves;
    std::vector<Pair> m_pairs;
};

/// The normalised logit difference, on autograd's graph, in f64 on the host.
at::Tensor metricOf(const at::Tensor& logits_V, const PromptPair& pair, const PairBaseline& baseline)
{
    const at::Tensor difference = (logits_V[pair.answer()] - logits_V[pair.corruptAnswer()]).to(at::kCPU, at::kDouble);
    const double range = std::abs(baseline.clean.difference - baseline.corrupt.difference);
    return (difference - baseline.corrupt.difference) / (range == 0 ? 1 : range);
}

/// Puts a pair's attributions together: what nodes add, times the slopes at what nodes read.
class EdgeReader
{
public:
    EdgeReader(const CircuitNodes& nodes, const PatchedParts& parts, const std::vector<at::Tensor>& readouts,
               const std::vector<at::Tensor>& slopes)
        : m_nodes(nodes), m_parts(parts), m_readouts(readouts), m_slopes(slopes), m_isEdge_SJ(edges())
    {
    }

    /// Over all points, [positions from the first token that differs, S, J].
    at::Tensor edges_PSJ(const AttributionPlan::Pair& pair) const
    {
        const auto positions = std::int64_t(pair.positions.size());
        const std::int64_t others = m_nodes.size() - 1;
        const at::Tensor corrupt_SPD = outputs_SPD(pair.corrupt, positions);
        at::Tensor sum_PSJ = at::zeros({positions, others + 1, others + 1}, at::kDouble);
        at::Tensor embed_PD;  // of the clean prompt
        for (std::size_t k = 0; k < pair.parts.size(); ++k) {
            const AttributedRun& part = pair.parts[k];
            if (part.alpha == 1) {
                const at::Tensor slope_PD = slopeAt(pair.corrupt.leaves.back(), corrupt_SPD[0]);
                sum_PSJ.select(1, 0)
                    .select(1, m_nodes.output())
                    .add_(((corrupt_SPD[0] - embed_PD) * slope_PD).sum(1), m_parts.weights[k]);
                continue;
            }
            const at::Tensor out_SPD = outputs_SPD(part, positions);
            embed_PD = out_SPD[0];
            std::vector<at::Tensor> slopes;
            for (const std::size_t leaf : part.leaves)
                slopes.push_back(slopeAt(leaf, embed_PD));
            const at::Tensor step_PSD = (corrupt_SPD - out_SPD).transpose(0, 1);
            sum_PSJ.narrow(1, 0, others)
                .narrow(2, 1, others)
                .add_(at::bmm(step_PSD, at::stack(slopes, 2)), m_parts.weights[k]);
        }
        return sum_PSJ * m_isEdge_SJ;
    }

private:
    /// What the nodes of a run add, in f64 on the host.
    at::Tensor outputs_SPD(const AttributedRun& run, std::int64_t positions) const
    {
        std::vector<at::Tensor> rows;
        for (const int first : run.out)
            for (std::int64_t i = 0; i < positions; ++i)
                rows.push_back(m_readouts[std::size_t(first + i)].detach());
        return at::stack(rows).view({std::int64_t(run.out.size()), positions, -1}).to(at::kCPU, at::kDouble);
    }

    at::Tensor slopeAt(std::size_t leaf, const at::Tensor& like_PD) const
    {
        return m_slopes[leaf].defined() ? m_slopes[leaf].to(at::kCPU, at::kDouble) : at::zeros_like(like_PD);
    }

    at::Tensor edges() const
    {
        at::Tensor is_SJ = at::zeros({m_nodes.size(), m_nodes.size()}, at::kDouble);
        for (int source = 0; source < m_nodes.size(); ++source)
            for (int destination = 0; destination < m_nodes.size(); ++destination)
                if (m_nodes.isEdge(source, destination))
                    is_SJ[source][destination] = 1;
        return is_SJ;
    }

    const CircuitNodes& m_nodes;
    const PatchedParts& m_parts;
    const std::vector<at::Tensor>& m_readouts;
    const std::vector<at::Tensor>& m_slopes;
    at::Tensor m_isEdge_SJ;
};

/// Token rows of passes whose gradients fit into the memory.
std::size_t rowsThatFit(const ExperimentContext& context)
{
    const LanguageModel& model = *context.model.model;
    const std::int64_t rowBytes = model.info().layers * activationBytesPerRow(model, Plan());
    return std::size_t(std::max<std::int64_t>(1, context.memoryBytes / rowBytes));
}

std::size_t mostTokens(const PairRuns& runs)
{
    std::size_t tokens = 1;
    for (const PromptPair& pair : runs.pairs())
        tokens = std::max(tokens, std::size_t(pair.tokens()));
    return tokens;
}

/// One pass over all of these pairs and points.
std::vector<PairAttribution> attributeAtOnce(const ExperimentContext& context, const CircuitNodes& nodes,
                                             const PairRuns& runs, std::span<const std::size_t> pairs,
                                             const PatchedParts& parts, Reporter& reporter)
{
    const LanguageModel& model = *context.model.model;
    AttributionPlan plan(nodes, model.info().dModel, model.options());
    for (const std::size_t pair : pairs)
        plan.add(runs.pairs()[pair], parts.alphas);
    const std::vector<at::Tensor> readouts =
        runWithGradients(model, context.edits, plan.plan(), plan.parameters(), reporter);

    // The sum over pairs and points has the slopes of all of them: no run hears of another's leaves.
    std::vector<PairAttribution> found(pairs.size());
    at::Tensor sum = at::zeros({}, at::kDouble);
    for (std::size_t i = 0; i < pairs.size(); ++i)
        for (const AttributedRun& part : plan.pairs()[i].parts) {
            const AttributedRun& run = part.alpha < 1 ? part : plan.pairs()[i].corrupt;
            const at::Tensor metric =
                metricOf(readouts[std::size_t(run.logits)], runs.pairs()[pairs[i]], runs.baseline(pairs[i]));
            found[i].metric.push_back(metric.item<double>());
            sum = sum + metric;
        }
    reporter.checkStop();
    const std::vector<at::Tensor> slopes =
        torch::autograd::grad({sum}, plan.leaves(), {}, /*retain_graph=*/false, /*create_graph=*/false,
                              /*allow_unused=*/true);
    const EdgeReader reader(nodes, parts, readouts, slopes);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const AttributionPlan::Pair& pair = plan.pairs()[i];
        found[i].edges_SJT = at::zeros({nodes.size(), nodes.size(), runs.pairs()[pairs[i]].tokens()}, at::kDouble);
        found[i]
            .edges_SJT.narrow(2, pair.positions.front(), std::int64_t(pair.positions.size()))
            .copy_(reader.edges_PSJ(pair).permute({1, 2, 0}));
    }
    return found;
}

}  // namespace

PatchedParts PatchedParts::plain()
{
    return {{0}, {1}};
}

PatchedParts PatchedParts::trapezoid(int points)
{
    PatchedParts parts = mean(points);
    const double step = 1.0 / (points - 1);
    for (std::size_t i = 0; i < parts.weights.size(); ++i)
        parts.weights[i] = i == 0 || i + 1 == parts.weights.size() ? step / 2 : step;
    return parts;
}

PatchedParts PatchedParts::mean(int points)
{
    PatchedParts parts;
    for (int k = 0; k < points; ++k) {
        parts.alphas.push_back(double(k) / (points - 1));
        parts.weights.push_back(1.0 / points);
    }
    return parts;
}

std::vector<PatchedParts> partsInTurn(const PatchedParts& parts, std::size_t most)
{
    std::vector<PatchedParts> turns;
    const std::size_t count = parts.alphas.size();
    for (std::size_t begin = 0, end = 0; begin < count; begin = end) {
        end = std::min(count, begin + most);
        if (end + 1 == count)  // the last is α = 1: its neighbour keeps it company
            --end;
        PatchedParts& turn = turns.emplace_back();
        turn.alphas.assign(parts.alphas.begin() + std::ptrdiff_t(begin), parts.alphas.begin() + std::ptrdiff_t(end));
        turn.weights.assign(parts.weights.begin() + std::ptrdiff_t(begin), parts.weights.begin() + std::ptrdiff_t(end));
    }
    return turns;
}

std::vector<PairAttribution> attributeEdges(const ExperimentContext& context, const CircuitNodes& nodes,
                                            const PairRuns& runs, std::span<const std::size_t> pairs,
                                            const PatchedParts& parts, Reporter& reporter)
{
    const std::size_t fits = rowsThatFit(context) / mostTokens(runs);  // runs, the corrupted one among them
    std::vector<PairAttribution> found;
    for (const PatchedParts& turn : partsInTurn(parts, std::max<std::size_t>(3, fits) - 1)) {
        std::vector<PairAttribution> more = attributeAtOnce(context, nodes, runs, pairs, turn, reporter);
        if (found.empty()) {
            found = std::move(more);
            continue;
        }
        for (std::size_t i = 0; i < found.size(); ++i) {
            found[i].edges_SJT += more[i].edges_SJT;
            std::ranges::copy(more[i].metric, std::back_inserter(found[i].metric));
        }
    }
    return found;
}

std::size_t pairsTogether(const ExperimentContext& context, const PairRuns& runs, const PatchedParts& parts)
{
    const std::size_t rows = mostTokens(runs) * (parts.alphas.size() + 1);
    const std::size_t fills = context.model.model->options().device().is_cpu() ? cpuRows : gpuRows;
    return std::max<std::size_t>(1, std::min(fills, rowsThatFit(context)) / rows);
}

}  // namespace mnemo
