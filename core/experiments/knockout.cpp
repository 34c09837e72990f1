// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <limits>
#include <span>

#include "core/data/error.h"
#include "core/experiments/axes.h"
#include "core/experiments/curve_means.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_list.h"
#include "core/experiments/fact_records.h"
#include "core/experiments/knockout_plan.h"
#include "core/experiments/texts.h"
#include "core/io/sha256.h"

namespace mnemo {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr const char* change = "change";  // arrays, and curves of the records
constexpr const char* everywhere = "all_layers.change";

enum class Cut { Mean, Writes };
enum class Others { Clean, Free };

struct KnockoutParams : FactListParams {
    std::string window = "auto";
    Cut cut = Cut::Mean;
    Others others = Others::Clean;
    Queries queries = Queries::PromptLast;
    std::filesystem::path texts;
};

/// @throws Failure Usage when something is asked for that this architecture's cut does not have
void checkApplies(const KnockoutParams& params, bool mamba)
{
    const auto refuse = [](const std::string& name, const char* family, const std::string& hint) {
        throw Failure(ErrorCode::Usage, "\"" + name + "\" does not apply to " + family + " models.", hint);
    };
    if (mamba) {
        if (params.queries != Queries::PromptLast)
            refuse("queries", "Mamba", "Leave it out; cut, others and texts say how Mamba's tokens are cut.");
        return;
    }
    for (const auto& [name, given] :
         {std::pair("cut", params.cut != Cut::Mean), std::pair("others", params.others != Others::Clean),
          std::pair("texts", !params.texts.empty())})
        if (given)
            refuse(name, "GPT-NeoX", "Leave it out; queries says whose attention is cut.");
}

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
          m_stateSize(siteWidth(*context.model.model, SiteKind::State)),
          m_texts(m_mamba ? readTexts(params.texts) : std::vector<std::string>()),
          m_window(readWindow(params.window, context.model.model->info())),
          m_change(axes(layerAxis(m_layers))),
          m_everywhere(axes({"cut", {"a := mean", "writes := 0"}})),
          m_records(params.records, recordsHeader("knockout", params, context, whatIsCut()),
                    [like = emptyCurves()](const Json& json) { return FactCurves::fromJson(json, like); }),
          m_selection(factsOf(params, context, false, reporter))
    {
        if (m_mamba)
            m_means = meanStates(context, SiteKind::A, m_texts, reporter);
    }

    Result run()
    {
        return inGroups(
            m_selection.facts.size(), m_reporter, [this](std::size_t begin, std::size_t end) { take(begin, end); },
            [this] { return snapshot(); });
    }

private:
    static std::vector<Axis> axes(Axis first)
    {
        Axis set{"tokens", {}};
        for (const TokenSet& one : knockoutSets({0, 1}, 2))
            set.labels.push_back(one.name);
        return {std::move(first), set};
    }

    bool reportsLeak() const { return m_mamba && m_params.cut == Cut::Writes; }

    const char* cutName() const { return !m_mamba ? "attention := 0" : reportsLeak() ? "writes := 0" : "a := mean"; }

    Json whatIsCut() const
    {
        Json json{{"target", m_params.target}, {"window", m_window}, {"cut", cutName()}};
        if (!m_mamba) {
            json["queries"] = m_params.queries == Queries::Later ? "later" : "prompt-last";
            return json;
        }
        json["others"] = m_params.others == Others::Clean ? "clean" : "free";
        Sha256 hash;
        for (const std::string& text : m_texts)
            hash.add(text + "\n");
        json["texts"] = hash.hex();
        return json;
    }

    FactCurves emptyCurves() const
    {
        const std::size_t sets = knockoutSets({0, 1}, 2).size();
        FactCurves curves;
        curves.p[change].resize(std::size_t(m_layers) * sets);
        if (reportsLeak())
            curves.p[everywhere].resize(2 * sets);
        return curves;
    }

    std::vector<Patch> patchesOf(const std::vector<int>& tokens, Cut cut, LayerRange layers, int promptTokens,
                                 RunId clean) const
    {
        if (!m_mamba)
            return maskAttention(tokens, layers, promptTokens, m_params.queries);
        if (cut == Cut::Writes)
            return silence(tokens, layers, m_stateSize, clean);
        return ablate(tokens, layers, m_means, promptTokens,
                      m_params.others == Others::Clean ? std::optional(clean) : std::nullopt);
    }

    /// Readouts of a fact by set; −1 where nothing can be cut.
    struct FactCuts {
        std::vector<int> layers;      ///< [layer, set]
        std::vector<int> everywhere;  ///< [cut, set], in all layers together
    };

    FactCuts addFact(Plan& plan, const ChosenFact& fact) const
    {
        const RunId clean = addFactRuns(plan, fact.task).clean;
        FactCuts cuts;
        for (int layer = 0; layer < m_layers; ++layer)
            addCuts(plan, fact, clean, m_params.cut, windowAround(layer, m_window, m_layers), cuts.layers);
        if (reportsLeak())
            for (const Cut cut : {Cut::Mean, Cut::Writes})
                addCuts(plan, fact, clean, cut, {0, m_layers}, cuts.everywhere);
        return cuts;
    }

    /// One run for each set of tokens.
    void addCuts(Plan& plan, const ChosenFact& fact, RunId clean, Cut cut, LayerRange layers,
                 std::vector<int>& readouts) const
    {
        const int tokens = fact.task.pair.clean.size();
        for (const TokenSet& set : knockoutSets(fact.task.pair.cleanSubject, tokens)) {
            std::vector<Patch> patches =
                set.tokens.empty() ? std::vector<Patch>() : patchesOf(set.tokens, cut, layers, tokens, clean);
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
    }

    static std::vector<double> probabilities(const std::vector<int>& readouts, const PlanResult& ran)
    {
        std::vector<double> found;
        for (const int readout : readouts)
            found.push_back(readout < 0 ? none : std::exp(ran.values[std::size_t(readout)].tokens.front().logp));
        return found;
    }

    static std::vector<double> changes(const FactCurves& curves, const char* curve)
    {
        std::vector<double> found = curves.p.at(curve);
        for (double& p : found)
            p = p / curves.pClean - 1;
        return found;
    }

    void take(std::size_t begin, std::size_t end)
    {
        const std::span<const ChosenFact> facts = std::span(m_selection.facts).subspan(begin, end - begin);
        m_records.forEach(
            facts, [&] { runFacts(facts); },
            [this](const FactCurves& curves) {
                m_change.add(changes(curves, change));
                if (reportsLeak())
                    m_everywhere.add(changes(curves, everywhere));
                m_facts.push_back(curves.summary());
            });
    }

    void runFacts(std::span<const ChosenFact> facts)
    {
        Plan plan;
        std::vector<FactCuts> cuts;
        for (const ChosenFact& fact : facts)
            cuts.push_back(addFact(plan, fact));
        const PlanResult ran =
            runPlan(*m_context.model.model, m_context.edits, plan, m_reporter, runOptions(m_context));
        for (std::size_t i = 0; i < facts.size(); ++i) {
            FactCurves curves = curvesOf(facts[i], m_context, false);
            curves.p[change] = probabilities(cuts[i].layers, ran);
            if (reportsLeak())
                curves.p[everywhere] = probabilities(cuts[i].everywhere, ran);
            m_records.addNew(std::move(curves));
        }
    }

    Result snapshot() const
    {
        Result result;
        result.title = m_selection.facts.size() == 1 ? "Knock-out: " + m_selection.facts.front().task.pair.clean.text
                                                     : "Knock-out over " + std::to_string(m_facts.size()) + " facts";
        result.head = {
            {"window", m_window}, {"cut", cutName()}, {"counts", m_selection.countsJson()}, {"facts", m_facts}};
        result.arrays = {std::make_shared<const Array>(m_change.means(change, "relative change")),
                         std::make_shared<const Array>(m_change.errors("change.se", "relative change"))};
        if (reportsLeak())
            result.arrays.push_back(std::make_shared<const Array>(m_everywhere.means(everywhere, "relative change")));
        result.done = double(m_facts.size()) / double(m_selection.facts.size());
        result.provenance = {{"seed", m_params.seed}};
        return result;
    }

    const KnockoutParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    bool m_mamba;
    int m_layers;
    int m_stateSize;
    std::vector<std::string> m_texts;
    int m_window;
    CurveMeans m_change;
    CurveMeans m_everywhere;
    FactRecords<FactCurves> m_records;
    FactSelection m_selection;
    LayerMeans m_means;
    Json m_facts = Json::array();
};

Result runKnockout(const KnockoutParams& params, const ExperimentContext& context, Reporter& reporter)
{
    checkApplies(params, context.model.model->info().architecture == "mamba");
    return Knockout(params, context, reporter).run();
}

}  // namespace

Experiment knockoutExperiment()
{
    auto description = describe<KnockoutParams>(
        "knockout", "Knock-out", "How the answer's probability changes when some tokens give nothing to others.");
    describeFactList(description);
    description
        .param("window", &KnockoutParams::window, "Window",
               "Layers in which they are cut together: a number, or auto for the paper's share of depth.")
        .choice("cut", &KnockoutParams::cut, {{"mean", Cut::Mean}, {"writes", Cut::Writes}}, "Cut",
                "Mamba: a becomes its mean; or, for teaching, only what the tokens write into the SSM's state is taken "
                "away, and what leaks past that is reported: their a still reaches the next tokens by the convolution.")
        .choice("others", &KnockoutParams::others, {{"clean", Others::Clean}, {"free", Others::Free}}, "Others",
                "Mamba: the other tokens keep the clean run's a, as the authors do it, or follow from what they see.")
        .choice("queries", &KnockoutParams::queries, {{"prompt-last", Queries::PromptLast}, {"later", Queries::Later}},
                "Queries", "GPT-NeoX: whose attention is cut, the prompt's last token's or every later token's.")
        .param("texts", &KnockoutParams::texts, "Texts",
               "Mamba: a text file, one text per line, over which a is averaged.",
               {.ifUnset = "sentences of the program's facts"});
    describeRecords(description);
    return description.run(runKnockout);
}

}  // namespace mnemo
