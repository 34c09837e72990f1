// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: T tokens, E d_inner, N d_state, Q earlier tokens and the token itself, R heads.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <numeric>

#include "core/data/error.h"
#include "core/experiments/axes.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/prompt_params.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

constexpr int layersTogether = 8;  // whose states are in memory at a time

enum class Of { Contribution, Weight };
enum class Over { Norm, Mean };

struct AttentionParams : PromptParams {
    Of of = Of::Contribution;
    Over over = Over::Norm;
};

/// A layer's states that its attention is made of: index of the first of T consecutive readouts each.
struct LayerReads {
    int delta = 0, B = 0, C = 0, c = 0;
    int pattern = 0;
};

/// How much of what each token's SSM gives out comes from each token before it. Mamba: α̃ of Ali et al. 2024, exactly
/// (METHODS.md §6.1); GPT-NeoX: the attention weights.
class Attention
{
public:
    Attention(const AttentionParams& params, const ExperimentContext& context)
        : m_params(params),
          m_model(*context.model.model),
          m_mamba(m_model.info().architecture == "mamba"),
          m_prompt(readPrompt(params, context.model)),
          m_positions(std::size_t(m_prompt.size()))
    {
        std::iota(m_positions.begin(), m_positions.end(), 0);
    }

    Result run(const ExperimentContext& context, Reporter& reporter)
    {
        try {
            while (int(m_maps.size()) < m_model.info().layers)
                addLayers(context, reporter);
        } catch (const Cancelled&) {
            if (!m_maps.empty())
                reporter.partial([this] { return snapshot(); });  // what is done is kept
            throw;
        }
        return snapshot();
    }

private:
    void addLayers(const ExperimentContext& context, Reporter& reporter)
    {
        const int first = int(m_maps.size()), end = std::min(first + layersTogether, m_model.info().layers);
        Plan plan;
        const RunId run = plan.addRun(m_prompt.ids());
        std::vector<LayerReads> reads;
        for (int layer = first; layer < end; ++layer)
            reads.push_back(addReads(plan, run, layer));
        const PlanResult ran = runPlan(m_model, context.edits, plan, reporter, runOptions(context));
        for (int layer = first; layer < end; ++layer) {
            const LayerReads& read = reads[std::size_t(layer - first)];
            m_maps.push_back(asArray(layer, m_mamba ? hidden(layer, read, ran, reporter) : pattern(read, ran)));
            reporter.progress(std::int64_t(m_maps.size()), m_model.info().layers, "layers");
            reporter.partial([this] { return snapshot(); });
        }
    }

    Result snapshot() const
    {
        Result result;
        result.title = (m_mamba ? "Hidden attention: " : "Attention: ") + m_prompt.text;
        result.head = {{"tokens", tokensJson(m_prompt)}, {"prefix_tokens", m_prompt.prefixTokens}};
        result.arrays = m_maps;
        result.done = double(m_maps.size()) / double(m_model.info().layers);
        return result;
    }

    LayerReads addReads(Plan& plan, RunId run, int layer) const
    {
        const auto read = [&](SiteKind kind) { return readStates(plan, run, {kind, layer, {}}, m_positions); };
        LayerReads reads;
        if (m_mamba)
            reads = {read(SiteKind::Delta), read(SiteKind::B), read(SiteKind::CRead), read(SiteKind::C), 0};
        else
            reads.pattern = read(SiteKind::Pattern);
        return reads;
    }

    /// [T, width] in double
    at::Tensor states(int first, const PlanResult& ran) const
    {
        std::vector<at::Tensor> rows;
        for (std::size_t token = 0; token < m_positions.size(); ++token)
            rows.push_back(at::tensor(ran.values[std::size_t(first) + token].state, at::kDouble));
        return at::stack(rows);
    }

    /// α̃[k, q] of every channel, or α[k, q], which lacks the factor c_q; then one number of the channels. [T, T], zero
    /// above the diagonal
    at::Tensor hidden(int layer, const LayerReads& reads, const PlanResult& ran, Reporter& reporter) const
    {
        const at::Tensor A_EN = m_model.stateMatrix(layer).to(at::kCPU, at::kDouble);
        const at::Tensor delta_TE = states(reads.delta, ran), C_TN = states(reads.C, ran);
        const at::Tensor steps_TE = delta_TE.cumsum(0);
        at::Tensor writes_TE = delta_TE;
        if (m_params.of == Of::Contribution)
            writes_TE = writes_TE * states(reads.c, ran);
        const at::Tensor B_TN = states(reads.B, ran);
        const at::Tensor map_TT = at::zeros({m_prompt.size(), m_prompt.size()}, at::kDouble);
        for (int k = 0; k < m_prompt.size(); ++k) {
            reporter.checkStop();
            const at::Tensor since_QE = steps_TE[k] - steps_TE.slice(0, 0, k + 1);
            const at::Tensor kept_QEN = (since_QE.unsqueeze(2) * A_EN).exp();
            const at::Tensor read_QN = B_TN.slice(0, 0, k + 1) * C_TN[k];
            const at::Tensor alpha_QE =
                at::matmul(kept_QEN, read_QN.unsqueeze(2)).squeeze(2) * writes_TE.slice(0, 0, k + 1);
            map_TT[k].slice(0, 0, k + 1) =
                m_params.over == Over::Norm ? alpha_QE.square().sum(1).sqrt() : alpha_QE.mean(1);
        }
        return map_TT;
    }

    /// Weights of the heads: their mean, or the length of their vector. [T, T]
    at::Tensor pattern(const LayerReads& reads, const PlanResult& ran) const
    {
        const at::Tensor weights_TRT = states(reads.pattern, ran).reshape({m_prompt.size(), -1, m_prompt.size()});
        return m_params.over == Over::Norm ? weights_TRT.square().sum(1).sqrt() : weights_TRT.mean(1);
    }

    ArrayPtr asArray(int layer, const at::Tensor& map_TT) const
    {
        Axis query = tokenAxis(m_prompt), key = query;
        query.name = "query";
        key.name = "key";
        Array array = Array::make("layers." + std::to_string(layer) + ".attention", {query, key},
                                  m_params.over == Over::Norm ? "norm" : "mean");
        const at::Tensor flat = map_TT.contiguous();
        const double* values = flat.const_data_ptr<double>();
        const int tokens = m_prompt.size();
        for (int k = 0; k < tokens; ++k)
            for (int q = 0; q < tokens; ++q) {
                const std::size_t cell = std::size_t(k) * std::size_t(tokens) + std::size_t(q);
                array.values[cell] = values[cell];
                array.states[cell] = q <= k ? CellState::Computed : CellState::Exact;  // later tokens give nothing
            }
        return std::make_shared<const Array>(std::move(array));
    }

    const AttentionParams& m_params;
    const LanguageModel& m_model;
    bool m_mamba;
    Prompt m_prompt;
    std::vector<int> m_positions;
    std::vector<ArrayPtr> m_maps;  ///< of the layers that are done
};

Result runAttention(const AttentionParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const at::NoGradGuard noGrad;
    return Attention(params, context).run(context, reporter);
}

}  // namespace

Experiment attentionExperiment()
{
    auto description = describe<AttentionParams>("attention", "Attention maps",
                                                 "How much each token reads of each token before it, layer by layer.");
    describePrompt(description);
    return description
        .choice("of", &AttentionParams::of, {{"contribution", Of::Contribution}, {"weight", Of::Weight}}, "Of",
                "Mamba: what a token adds to another's s, or the factor that its c is multiplied with.")
        .choice("over", &AttentionParams::over, {{"norm", Over::Norm}, {"mean", Over::Mean}}, "Over channels",
                "One number of all channels (GPT-NeoX: heads): the length of their vector, or their mean.")
        .run(runAttention);
}

}  // namespace mnemo
