// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <limits>

#include "core/experiments/axes.h"
#include "core/experiments/curve_means.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_list.h"
#include "core/experiments/knockout_plan.h"

namespace mnemo {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

enum class Others { Clean, Free };

struct KnockoutParams : FactListParams {
    std::string window = "auto";
    Others others = Others::Clean;
    Queries queries = Queries::PromptLast;
    std::filesystem::path texts;
};

/// How p(o) changes when tokens give nothing to others in a window of layers (METHODS.md §6; Fig. 11). Mamba: a is set
/// to its mean; GPT-NeoX: attention is masked.
class Knockout
{
public:
    Knockout(const KnockoutParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_context(context),
          m_reporter(reporter),
          m_mamba(context.model.model->info().architecture == "mamba"),
          m_layers(context.model.model->info().layers),
          m_selection(factsOf(params, context, false, reporter)),
          m_window(readWindow(params.window, context.model.model->info())),
          m_change(axes())
    {
        if (m_mamba)
            m_means = meanStates(context, SiteKind::A, readTexts(params.texts), reporter);
    }

    Result run()
    {
        return inGroups(
            m_selection.facts.size(), m_reporter, [this](std::size_t begin, std::size_t end) { take(begin, end); },
            [this] { return snapshot(); });
    }

private:
    std::vector<Axis> axes() const
    {
        Axis set{"tokens", {}};
        for (const TokenSet& one : knockoutSets({0, 1}, 2))
            set.labels.push_back(one.name);
        return {layerAxis(m_layers), set};
    }

    std::vector<Patch> patchesOf(const std::vector<int>& tokens, int layer, int promptTokens, RunId clean) const
    {
        const LayerRange layers = windowAround(layer, m_window, m_layers);
        if (!m_mamba)
            return maskAttention(tokens, layers, promptTokens, m_params.queries);
        return ablate(tokens, layers, m_means, promptTokens,
                      m_params.others == Others::Clean ? std::optional(clean) : std::nullopt);
    }

    /// Readouts by layer and set; −1 where nothing can be cut.
    std::vector<int> addFact(Plan& plan, const ChosenFact& fact) const
    {
        const RunId clean = addFactRuns(plan, fact.task).clean;
        const int tokens = fact.task.pair.clean.size();
        std::vector<int> readouts;
        for (int layer = 0; layer < m_layers; ++layer)
            for (const TokenSet& set : knockoutSets(fact.task.pair.cleanSubject, tokens)) {
                std::vector<Patch> patches =
                    set.tokens.empty() ? std::vector<Patch>() : patchesOf(set.tokens, layer, tokens, clean);
                if (patches.empty()) {
                    readouts.push_back(-1);
                    continue;
                }
                Readout readout;
                readout.run = plan.addRun(clean, std::move(patches));
                readout.position = fact.task.last();
                readout.tokens = {fact.base.target};
                readouts.push_back(plan.read(std::move(readout)));
            }
        return readouts;
    }

    void take(std::size_t begin, std::size_t end)
    {
        Plan plan;
        std::vector<std::vector<int>> readouts;
        for (std::size_t i = begin; i < end; ++i)
            readouts.push_back(addFact(plan, m_selection.facts[i]));
        const PlanResult ran =
            runPlan(*m_context.model.model, m_context.edits, plan, m_reporter, runOptions(m_context));
        for (std::size_t i = begin; i < end; ++i) {
            const ChosenFact& fact = m_selection.facts[i];
            std::vector<double> changes;
            for (const int readout : readouts[i - begin])
                changes.push_back(
                    readout < 0
                        ? none
                        : std::exp(ran.values[std::size_t(readout)].tokens.front().logp) / fact.base.clean.p - 1);
            m_change.add(changes);
            m_facts.push_back({{"fact", fact.toJson()},
                               {"p_clean", fact.base.clean.p},
                               {"target", m_context.model.tokenizer->token(fact.base.target).text}});
        }
    }

    Result snapshot() const
    {
        Result result;
        result.title = m_selection.facts.size() == 1 ? "Knock-out: " + m_selection.facts.front().task.pair.clean.text
                                                     : "Knock-out over " + std::to_string(m_facts.size()) + " facts";
        result.head = {{"window", m_window},
                       {"cut", m_mamba ? "a := mean" : "attention := 0"},
                       {"counts", m_selection.countsJson()},
                       {"facts", m_facts}};
        result.arrays = {std::make_shared<const Array>(m_change.means("change", "relative change")),
                         std::make_shared<const Array>(m_change.errors("change.se", "relative change"))};
        result.done = double(m_facts.size()) / double(m_selection.facts.size());
        result.provenance = {{"seed", m_params.seed}};
        return result;
    }

    const KnockoutParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    bool m_mamba;
    int m_layers;
    FactSelection m_selection;
    int m_window;
    CurveMeans m_change;
    LayerMeans m_means;
    Json m_facts = Json::array();
};

Result runKnockout(const KnockoutParams& params, const ExperimentContext& context, Reporter& reporter)
{
    return Knockout(params, context, reporter).run();
}

}  // namespace

Experiment knockoutExperiment()
{
    auto description = describe<KnockoutParams>(
        "knockout", "Knock-out", "How the answer's probability changes when some tokens give nothing to others.");
    describeFactList(description);
    return description
        .param("window", &KnockoutParams::window, "Window",
               "Layers in which they are cut together: a number, or auto for the paper's share of depth.")
        .choice("others", &KnockoutParams::others, {{"clean", Others::Clean}, {"free", Others::Free}}, "Others",
                "Mamba: the other tokens keep the clean run's a, as the authors do it, or follow from what they see.")
        .choice("queries", &KnockoutParams::queries, {{"prompt-last", Queries::PromptLast}, {"later", Queries::Later}},
                "Queries", "GPT-NeoX: whose attention is cut, the prompt's last token's or every later token's.")
        .param(
            "texts", &KnockoutParams::texts, "Texts",
            "Mamba: a text file, one text per line, over which a is averaged; none: sentences of the program's facts.")
        .run(runKnockout);
}

}  // namespace mnemo
