// SPDX-License-Identifier: GPL-3.0-or-later
// Edges between layers: attributions against slopes of whole runs of the slow reference, and the laws of METHODS.md
// §7.7.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/refusal.h"
#include "tests/support/stops_at.h"

#include "core/data/circuit.h"
#include "core/experiments/edge_attribution.h"
#include "core/experiments/edge_set.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <numeric>
#include <random>

using namespace mnemo;
using namespace mnemo::test;

namespace {

std::vector<ContrastText> cities()
{
    return {{"The Rome near Paris of the Rome is",
             "The Giza near Paris of the Giza is",
             "Rome",
             "Giza",
             {"Paris"},
             "a",
             "form",
             {{"n1", 4}, {"n2", 14}}},
            {"The Paris near Giza of the Paris is",
             "The Rome near Giza of the Rome is",
             "Paris",
             "Rome",
             {"Giza"},
             "a",
             "form",
             {{"n1", 4}, {"n2", 15}}},
            {"The Giza near Rome of the Giza is",
             "The Giza near Paris of the Giza is",
             "Rome",
             "Paris",
             {"Giza"},
             "b",
             "form",
             {{"n1", 4}, {"n2", 14}}},
            {"The Ben near Paris of the Ben is",
             "The Ben near Giza of the Ben is",
             "Giza",
             "Paris",
             {"Ben"},
             "b",
             "form",
             {{"n1", 4}, {"n2", 13}}}};
}

/// The same with answers that a random model prefers more after the clean prompt, so that its pairs have nld 1 and 0.
std::vector<ContrastText> answeredCities(const LoadedModel& model)
{
    SilentReporter silent;
    std::vector<ContrastText> texts = cities();
    const PairRuns runs({model, {}}, readPairs(texts, Prefix::None, model), silent);
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (runs.baseline(i).clean.difference < runs.baseline(i).corrupt.difference)
            std::swap(texts[i].answer, texts[i].corruptAnswer);
    return texts;
}

struct Setting {
    TinyLoaded model;
    ExperimentContext context;
    CircuitNodes nodes;
    SilentReporter silent;
    PairRuns runs;

    explicit Setting(const std::string& architecture, std::uint64_t seed = 5, int layers = 3)
        : model(architecture, seed, layers),
          context{model.loaded, {}},
          nodes(*model.loaded.model),
          runs(context, readPairs(answeredCities(model.loaded), Prefix::None, model.loaded), silent)
    {
    }

    std::vector<PairAttribution> attributions(const PatchedParts& parts)
    {
        return attributeEdges(context, nodes, runs, runs.all(), parts, silent);
    }

    /// By the reference: the normalised logit difference of the clean prompt with these patches; run 0 is the
    /// corrupted.
    double metric(std::size_t index, std::vector<Patch> patches) const
    {
        const PromptPair& pair = runs.pairs()[index];
        Plan plan;
        plan.addRun(pair.corrupt.ids());
        plan.addRun(pair.clean.ids(), std::move(patches));
        const at::Tensor logits = referenceRun(model.tiny, plan, 1).logits_TV[pair.last()];
        return runs.baseline(index).normalized((logits[pair.answer()] - logits[pair.corruptAnswer()]).item<double>());
    }

    Patch edgePatch(int source, int destination, std::vector<int> tokens, double alpha) const
    {
        Patch patch;
        patch.site = nodes.all()[std::size_t(destination)].in;
        patch.positions = std::move(tokens);
        patch.what = Reroute{{nodes.all()[std::size_t(source)].out}, 0, alpha};
        return patch;
    }
};

void architectures()
{
    QTest::addColumn<QString>("architecture");
    QTest::newRow("Mamba") << "mamba";
    QTest::newRow("GPT-NeoX") << "gpt_neox";
    QTest::newRow("GPT-NeoX without parallel residuals") << "sequential";
}

EdgeSet randomEdges(const CircuitNodes& nodes, int positions, double share, std::uint32_t seed)
{
    std::mt19937 random(seed);
    EdgeSet set(nodes.size(), positions);
    for (int i = 0; i < nodes.size(); ++i)
        for (int j = 0; j < nodes.size(); ++j)
            for (int t = 0; t < std::max(1, positions); ++t)
                if (nodes.isEdge(i, j) && random() < share * double(std::mt19937::max()))
                    set.add(i, j, positions == 0 ? -1 : t);
    return set;
}

}  // namespace

class TestCircuitSearch : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nodesAreThoseOfTheArchitecture()
    {
        const CircuitNodes mamba(*TinyLoaded("mamba", 1).loaded.model);
        QCOMPARE(mamba.labels(), (std::vector<std::string>{"embed", "0", "1", "2", "output"}));
        QCOMPARE(mamba.edges(), 10);  // L embed, L(L−1)/2, L output, 1
        const CircuitNodes neox(*TinyLoaded("gpt_neox", 1).loaded.model);
        QCOMPARE(neox.labels(), (std::vector<std::string>{"embed", "attn 0", "mlp 0", "attn 1", "mlp 1", "attn 2",
                                                          "mlp 2", "output"}));
        QVERIFY(!neox.isEdge(1, 2));  // parallel
        QVERIFY(neox.isEdge(1, 3) && neox.isEdge(2, 3) && neox.isEdge(6, 7));
        QCOMPARE(neox.edges(), 6 + 4 * 3 + 6 + 1);
    }

    void metricGoesFromOneToZero_data() { architectures(); }
    void metricGoesFromOneToZero()
    {
        QFETCH(QString, architecture);
        Setting setting(architecture.toStdString());
        for (const PairAttribution& pair : setting.attributions(PatchedParts::trapezoid(3))) {
            QCOMPARE(pair.metric.size(), 3U);
            QVERIFY(std::abs(pair.metric.front() - 1) < 1e-9);
            QVERIFY(std::abs(pair.metric.back()) < 1e-9);
        }
    }

    /// ∂nld/∂(share of one edge) at one token, by central differences of whole runs.
    void plainAttributionIsTheSlopeOfAnExactPatch_data() { architectures(); }
    void plainAttributionIsTheSlopeOfAnExactPatch()
    {
        QFETCH(QString, architecture);
        Setting setting(architecture.toStdString());
        const std::vector<PairAttribution> found = setting.attributions(PatchedParts::plain());
        constexpr double step = 1e-5;
        int compared = 0;
        for (const std::size_t pair : {0U, 2U})
            for (int i = 0; i < setting.nodes.size(); ++i)
                for (int j = 0; j < setting.nodes.size(); ++j)
                    for (int token = 0; token < setting.runs.pairs()[pair].tokens(); ++token) {
                        const double attribution = found[pair].edges_SJT[i][j][token].item<double>();
                        if (!setting.nodes.isEdge(i, j)) {
                            QCOMPARE(attribution, 0.0);
                            continue;
                        }
                        const double slope = (setting.metric(pair, {setting.edgePatch(i, j, {token}, step)}) -
                                              setting.metric(pair, {setting.edgePatch(i, j, {token}, -step)})) /
                                             (2 * step);
                        QVERIFY2(
                            std::abs(attribution - slope) < 1e-5 * std::max(1.0, std::abs(slope)),
                            qPrintable(
                                QString("%1→%2 at %3: %4, %5").arg(i).arg(j).arg(token).arg(attribution).arg(slope)));
                        ++compared;
                    }
        QVERIFY(compared > 100);
    }

    /// The same at α = 0.5 and 1, where upstream patches are in what a node adds.
    void partAttributionIsTheSlopeThere_data() { architectures(); }
    void partAttributionIsTheSlopeThere()
    {
        QFETCH(QString, architecture);
        Setting setting(architecture.toStdString());
        const CircuitNodes& nodes = setting.nodes;
        const PromptPair& pair = setting.runs.pairs()[0];
        const std::vector<int> all = allTokens(pair);
        constexpr double step = 1e-5;
        for (const double alpha : {0.5, 1.0}) {
            const PairAttribution found = setting.attributions({{0.0, alpha}, {0.0, 1.0}})[0];
            for (int i = 0; i < nodes.size(); ++i)
                for (int j = 0; j < nodes.size(); ++j) {
                    if (!nodes.isEdge(i, j))
                        continue;
                    const auto at = [&](double more) {
                        std::vector<Patch> patches;
                        for (int to = 1; to < nodes.size(); ++to)
                            for (int from = 0; from < to; ++from)
                                if (nodes.isEdge(from, to))
                                    patches.push_back(
                                        setting.edgePatch(from, to, all, alpha + (from == i && to == j ? more : 0)));
                        return setting.metric(0, std::move(patches));
                    };
                    const double slope = (at(step) - at(-step)) / (2 * step);
                    const double attribution = found.edges_SJT[i][j].sum().item<double>();
                    QVERIFY2(std::abs(attribution - slope) < 1e-5 * std::max(1.0, std::abs(slope)),
                             qPrintable(
                                 QString("α %1, %2→%3: %4, %5").arg(alpha).arg(i).arg(j).arg(attribution).arg(slope)));
                }
        }
    }

    /// Chain rule: all edges and positions together, integrated, are m(1) − m(0).
    void integratedAttributionsAreComplete_data() { architectures(); }
    void integratedAttributionsAreComplete()
    {
        QFETCH(QString, architecture);
        Setting setting(architecture.toStdString());
        std::vector<double> coarse, fine;
        for (const auto& [points, errors] : {std::pair(33, &coarse), std::pair(257, &fine)})
            for (const PairAttribution& pair : setting.attributions(PatchedParts::trapezoid(points)))
                errors->push_back(std::abs(pair.edges_SJT.sum().item<double>() + 1));
        for (std::size_t i = 0; i < fine.size(); ++i) {
            QVERIFY2(fine[i] < 2e-3, qPrintable(QString::number(fine[i])));
            QVERIFY2(fine[i] < coarse[i] || coarse[i] < 1e-6, qPrintable(QString::number(coarse[i])));
        }
    }

    /// Each edge by itself, patched as the formula says, against the plan of few patches.
    void circuitsArePatchedEdgeByEdge_data() { architectures(); }
    void circuitsArePatchedEdgeByEdge()
    {
        QFETCH(QString, architecture);
        Setting setting(architecture.toStdString());
        const CircuitNodes& nodes = setting.nodes;
        for (const int positions : {0, setting.runs.pairs()[0].tokens()})
            for (const double share : {0.15, 0.5, 0.85})
                for (const bool others : {false, true}) {
                    const EdgeSet set = randomEdges(nodes, positions, share, std::uint32_t(100 * share) + positions);
                    setting.runs.run(
                        setting.runs.all(), 1,
                        [&](const PromptPair& pair, std::size_t, RunId corrupt) {
                            return patchEdges(nodes, set, others, pair, corrupt);
                        },
                        [&](std::size_t index, const std::vector<PairAnswer>& answers) {
                            std::vector<Patch> one;
                            for (int j = 1; j < nodes.size(); ++j)
                                for (int i = 0; i < j; ++i)
                                    for (const int token : allTokens(setting.runs.pairs()[index]))
                                        if (nodes.isEdge(i, j) && set.has(i, j, token) != others)
                                            one.push_back(setting.edgePatch(i, j, {token}, 1));
                            const double slow = setting.metric(index, std::move(one));
                            const double fast = setting.runs.baseline(index).normalized(answers[0].difference);
                            QVERIFY2(std::abs(fast - slow) < 1e-8 * std::max(1.0, std::abs(slow)),
                                     qPrintable(QString("%1, %2").arg(fast).arg(slow)));
                        },
                        setting.silent);
                }
    }

    void noEdgesIsTheCleanRunAndAllTheCorrupted()
    {
        Setting setting("mamba");
        const EdgeSet none(setting.nodes.size(), 0);
        for (const bool all : {false, true}) {
            const PairMeans means = setting.runs
                                        .means(
                                            setting.runs.all(), 1,
                                            [&](const PromptPair& pair, std::size_t, RunId corrupt) {
                                                return patchEdges(setting.nodes, none, all, pair, corrupt);
                                            },
                                            setting.silent)
                                        .front();
            QVERIFY(std::abs(means.normalized - (all ? 0 : 1)) < 1e-9);
        }
    }

    void theSearchFindsASmallestCircuit_data() { architectures(); }
    void theSearchFindsASmallestCircuit()
    {
        QFETCH(QString, architecture);
        const double wanted = architecture == "mamba" ? 0.2 : 0.5;
        Result result;
        for (std::uint64_t seed = 1; seed < 30; ++seed) {  // a model of which neither none nor all is needed
            result = runOn(architecture, {{"wanted", wanted}, {"points", 3}, {"sizes", 100}, {"exact", 4}}, seed);
            if (const int edges = edgesFound(result).value_or(0); edges > 0 && edges < result.head["edges"].get<int>())
                break;
        }
        const Circuit circuit = circuitOf(result);
        QCOMPARE(int(circuit.edges.size()), result.head.at("edges").get<int>());
        QVERIFY(std::ranges::is_sorted(circuit.edges, {}, &CircuitEdge::attribution));
        QCOMPARE(std::ranges::count_if(circuit.edges, [](const CircuitEdge& edge) { return edge.exact.has_value(); }),
                 4);
        const std::vector<CircuitMeasure> measures = circuitMeasures(result);
        QCOMPARE(measures.front().edges, 0);
        QVERIFY(std::abs(measures.front().trainFaithfulness) < 1e-9);
        QVERIFY(std::abs(measures.back().trainFaithfulness - 1) < 1e-9);
        QVERIFY(std::abs(measures.front().completeness()) < 1e-9);
        QVERIFY(std::abs(measures.back().completeness() - 1) < 1e-9);
        const std::optional<int> found = edgesFound(result);
        QVERIFY(found.has_value());
        const auto accuracyOf = [&](int edges) {
            return std::ranges::find(measures, edges, &CircuitMeasure::edges)->trainAccuracy;
        };
        QVERIFY(accuracyOf(*found) > wanted);
        QVERIFY(*found > 0 && *found < int(circuit.edges.size()));
        QVERIFY(accuracyOf(*found - 1) <= wanted);
    }

    /// The model itself is not right often enough: that is told, and is no search that was not made.
    void nothingIsFound()
    {
        const Result result = runOn("mamba", {{"wanted", 1}, {"points", 1}, {"sizes", 2}, {"exact", 0}});
        QVERIFY(!edgesFound(result));
        QVERIFY(result.head["search"]["edges"].is_null());
        QCOMPARE(result.done, 1.0);
    }

    void oneLayer_data() { architectures(); }
    void oneLayer()
    {
        QFETCH(QString, architecture);
        Setting setting(architecture.toStdString(), 5, 1);
        QCOMPARE(setting.nodes.edges(), architecture == "mamba" ? 3 : 5);
        for (const PairAttribution& pair : setting.attributions(PatchedParts::trapezoid(200))) {
            QVERIFY(std::abs(pair.metric.front() - 1) < 1e-9);
            QVERIFY(std::abs(pair.metric.back()) < 1e-9);
            QVERIFY(std::abs(pair.edges_SJT.sum().item<double>() + 1) < 1e-3);  // m(1) − m(0)
        }
    }

    /// Points that do not fit together are passed through in turn, and none is lost.
    void pointsInTurn()
    {
        const auto sizes = [](int points, std::size_t most) {
            std::vector<std::size_t> counts;
            double weights = 0;
            std::vector<double> alphas;
            for (const PatchedParts& turn : partsInTurn(PatchedParts::trapezoid(points), most)) {
                counts.push_back(turn.alphas.size());
                weights = std::accumulate(turn.weights.begin(), turn.weights.end(), weights);
                alphas.insert(alphas.end(), turn.alphas.begin(), turn.alphas.end());
            }
            return alphas == PatchedParts::trapezoid(points).alphas && std::abs(weights - 1) < 1e-12
                       ? counts
                       : std::vector<std::size_t>();
        };
        QCOMPARE(sizes(5, 5), (std::vector<std::size_t>{5}));
        QCOMPARE(sizes(5, 3), (std::vector<std::size_t>{3, 2}));
        QCOMPARE(sizes(5, 4), (std::vector<std::size_t>{3, 2}));  // α = 1 is not left alone
        QCOMPARE(sizes(5, 2), (std::vector<std::size_t>{2, 1, 2}));
        QCOMPARE(sizes(2, 2), (std::vector<std::size_t>{2}));
        QCOMPARE(partsInTurn(PatchedParts::plain(), 2).size(), 1U);

        Setting setting("mamba");
        const std::vector<PairAttribution> all = setting.attributions(PatchedParts::mean(9));
        setting.context.memoryBytes = 1;
        const std::vector<PairAttribution> inTurn = setting.attributions(PatchedParts::mean(9));
        for (std::size_t i = 0; i < all.size(); ++i) {
            QCOMPARE(inTurn[i].metric, all[i].metric);
            QVERIFY(at::allclose(inTurn[i].edges_SJT, all[i].edges_SJT, 1e-9, 1e-12));
        }
    }

    /// Other layouts are not tried: their tokens would be taken for those of the edges.
    void heldOutPairsAreOfTheSameLayout()
    {
        const TinyLoaded model("mamba", 5);
        QTemporaryDir folder;
        std::vector<ContrastText> texts = answeredCities(model.loaded);
        for (ContrastText& text : texts)
            text.group = "a";
        for (std::size_t i : {2, 3}) {  // the held-out half begins with two more words
            texts[i].clean = "The is " + texts[i].clean;
            texts[i].corrupt = "The is " + texts[i].corrupt;
            for (TextMark& mark : texts[i].marks)
                mark.begin += 7;
        }
        const auto run = [&](const std::vector<ContrastText>& pairs) {
            const std::string file = folder.filePath("layouts.jsonl").toStdString();
            std::ofstream(file) << contrastLines(pairs);
            return runNamed(
                "circuit",
                {{"pairs", file}, {"prefix", "none"}, {"positional", true}, {"points", 1}, {"sizes", 2}, {"exact", 0}},
                model.loaded);
        };
        VERIFY_REFUSED(run(texts), ErrorCode::Usage, "held out");
        std::vector<ContrastText> more = texts;
        more.insert(more.begin() + 2, cities()[2]);
        more.insert(more.begin() + 2, cities()[3]);
        for (ContrastText& text : more) {
            text.group = "a";
            text.marks.clear();
        }
        const Result result = run(more);
        QCOMPARE(result.head["held_out"]["count"].get<int>(), 2);  // one, and swapped
        QCOMPARE(result.head["held_out"]["left_out"]["pairs_of_other_positions"].get<int>(), 4);
    }

    void positionsAreKeptApart()
    {
        const Result together = runOn("mamba", {{"points", 3}, {"sizes", 2}, {"exact", 0}});
        const Result apart = runOn("mamba", {{"points", 3}, {"sizes", 2}, {"exact", 3}, {"positional", true}});
        const ArrayPtr whole = together.find("attribution"), parts = apart.find("attribution");
        QCOMPARE(parts->axes.size(), 3U);
        const std::size_t tokens = std::size_t(parts->axes[2].size());
        for (std::size_t edge = 0; edge < whole->size(); ++edge) {
            if (!hasValue(whole->states[edge]))
                continue;
            double sum = 0;
            for (std::size_t token = 0; token < tokens; ++token)
                sum += parts->values[edge * tokens + token];
            QVERIFY(std::abs(sum - whole->values[edge]) < 1e-9);
        }
        QCOMPARE(circuitOf(apart).positions.size(), tokens);
    }

    /// What stays patched inside layers costs as little as the experiment says, by whole runs of the reference.
    void partsThatStayPatchedCostNoMore()
    {
        const TinyLoaded model("mamba", 5);
        QTemporaryDir folder;
        const Json parameters =
            given(folder, model.loaded, {{"edges", 10}, {"threshold", 0.05}, {"points", 1}, {"symmetric", false}});
        const Result result = runNamed("circuit-inside", parameters, model.loaded);
        const ArrayPtr present = result.find("present"), loss = result.find("loss");
        QCOMPARE(present->axes[1].labels, (std::vector<std::string>{"ssm", "skip", "0", "-1", "-2", "-3"}));
        const std::vector<Site> sites{{SiteKind::State, 0, {}}, {SiteKind::Z, 0, {}},    {SiteKind::Conv, 0, 0},
                                      {SiteKind::Conv, 0, -1},  {SiteKind::Conv, 0, -2}, {SiteKind::Conv, 0, -3}};
        Setting setting("mamba");
        int needed = 0;
        double mean = 0;
        for (const std::size_t pair : {0U, 2U}) {  // the first half of each group
            const std::vector<int> all = allTokens(setting.runs.pairs()[pair]);
            std::vector<Patch> patches;
            for (int layer = 0; layer < present->axes[0].size(); ++layer)
                for (int part = 0; part < present->axes[1].size(); ++part) {
                    QVERIFY(present->has(layer, part));
                    needed += present->at(layer, part) > 0 ? 1 : 0;
                    QVERIFY(present->at(layer, part) == 0 || loss->at(layer, part) > 0.05);
                    Site site = sites[std::size_t(part)];
                    site.layer = layer;
                    if (present->at(layer, part) == 0)
                        patches.push_back(fromCorrupt(site, all, 0));
                }
            mean += setting.metric(pair, std::move(patches)) / 2;
        }
        QVERIFY(needed > 0 && needed < 2 * int(present->size()));
        QVERIFY2(std::abs(mean - result.head.at("train").at("nld").get<double>()) < 1e-8,
                 qPrintable(QString::number(mean)));
        QVERIFY(result.head.at("nld_before").get<double>() - mean <= 0.05 * double(present->size()));
    }

    void onlyMambaHasSuchLayers()
    {
        const TinyLoaded model("gpt_neox", 5);
        QTemporaryDir folder;
        VERIFY_REFUSED(runNamed("circuit-inside", given(folder, model.loaded, Json::object()), model.loaded),
                       ErrorCode::Usage, "gpt_neox");
    }

    void aStopKeepsWhatIsAttributed()
    {
        const TinyLoaded model("mamba", 5);
        QTemporaryDir folder;
        const Json parameters = given(folder, model.loaded, {{"points", 3}});
        StopsAt never(1 << 30);
        runNamed("circuit", parameters, model.loaded, never);
        StopsAt late(never.checks * 3 / 4);
        QVERIFY_THROWS_EXCEPTION(Cancelled, runNamed("circuit", parameters, model.loaded, late));
        QVERIFY(late.last.has_value());
        QCOMPARE(circuitOf(*late.last).edges.size(), 10U);
        const Json quick = given(folder, model.loaded, {{"points", 1}, {"sizes", 2}, {"exact", 0}, {"wanted", 0.2}});
        StopsAt whole(1 << 30);
        QCOMPARE(runNamed("circuit", quick, model.loaded, whole).done, 1.0);
        bool searching = false;  // stopped where all is attributed and nothing found yet
        for (int check = 0; check < whole.checks; check += std::max(1, whole.checks / 60)) {
            StopsAt stops(check);
            QVERIFY_THROWS_EXCEPTION(Cancelled, runNamed("circuit", quick, model.loaded, stops));
            if (!stops.last)
                continue;
            QVERIFY(stops.last->done < 1);
            searching = searching || (stops.last->head["attributed"] == stops.last->head["pairs"]["count"] &&
                                      !stops.last->head.contains("search"));
        }
        QVERIFY(searching);
        StopsAt atOnce(0);
        QVERIFY_THROWS_EXCEPTION(Cancelled, runNamed("circuit", parameters, model.loaded, atOnce));
    }

private:
    static std::vector<int> allTokens(const PromptPair& pair)
    {
        std::vector<int> tokens;
        for (int token = 0; token < pair.tokens(); ++token)
            tokens.push_back(token);
        return tokens;
    }

    static Json given(const QTemporaryDir& folder, const LoadedModel& model, Json parameters)
    {
        const std::string file = folder.filePath("pairs.jsonl").toStdString();
        std::ofstream(file) << contrastLines(answeredCities(model));
        parameters.update({{"pairs", file}, {"prefix", "none"}});
        return parameters;
    }

    static Result runOn(const QString& architecture, const Json& parameters, std::uint64_t seed = 5)
    {
        const TinyLoaded model(architecture.toStdString(), seed);
        QTemporaryDir folder;
        return runNamed("circuit", given(folder, model.loaded, parameters), model.loaded);
    }
};

QTEST_GUILESS_MAIN(TestCircuitSearch)
#include "tst_circuit_search.moc"
