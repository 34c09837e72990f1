// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/data/error.h"
#include "core/experiments/lre_comparison.h"
#include "tests/support/refusal.h"

#include <cmath>

using namespace mnemo;

namespace {

/// Two relations, two trials; the map is the better the later the layer, and best at β = 2.25.
Result sampleLre(const std::string& architecture, int layers, std::vector<std::string> names = {"alike", "apart"})
{
    Result result;
    result.kind = "lre";
    result.model = {{"name", "small"}, {"architecture", architecture}, {"layers", layers}, {"d_model", 16}};
    Axis layerAxis{"layer", {"emb"}};
    for (int layer = 0; layer < layers; ++layer)
        layerAxis.labels.push_back(std::to_string(layer));
    const Axis trials{"trial", {"1", "2"}}, relations{"relation", std::move(names)}, betas{"beta", {"1", "2.25"}},
        ranks{"rank", {"4"}};
    Array recall = Array::make("recall.1", {trials, relations, layerAxis, betas}, "share");
    Array causality = Array::make("causality", {trials, relations, layerAxis, ranks}, "share");
    for (std::size_t i = 0; i < recall.size(); ++i) {
        recall.states[i] = CellState::Computed;
        recall.values[i] = double(i / 2 % std::size_t(layers + 1)) / (layers + 1) / (i % 2 == 0 ? 2 : 1);
    }
    for (std::size_t i = 0; i < causality.size(); ++i) {
        causality.states[i] = CellState::Computed;
        causality.values[i] = 1 - double(i % std::size_t(layers + 1)) / (layers + 1);  // best from the embedding
    }
    Array baseline = Array::make("baseline", {relations}, "share"), objects = baseline;
    baseline.values = {0.25, 0.5};
    objects.name = "objects";
    objects.values = {4, 2};
    for (Array* array : {&recall, &causality, &baseline, &objects})
        result.arrays.push_back(std::make_shared<const Array>(*array));
    return result;
}

const PublishedBar published[]{{"alike", 0.75, 0.3}, {"nowhere", 0.5, 0.1}};

}  // namespace

class TestLreComparison : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void barsAreMatchedByName()
    {
        const Result result = sampleLre("mamba", 4);
        const LreComparison comparison = compareBars(paperFigure("fig7"), {published[0], published[1]}, result,
                                                     choiceOf(paperFigure("fig7"), result));
        QCOMPARE(comparison.bars.size(), std::size_t(1));
        QCOMPARE(comparison.bars[0].relation, "alike");
        QCOMPARE(comparison.bars[0].ours, 0.8);  // of the last of five states
        QCOMPARE(comparison.bars[0].ourBaseline, 0.25);
        QCOMPARE(comparison.bars[0].publishedBaseline, 0.3);
        QCOMPARE(comparison.notOurs, std::vector<std::string>{"nowhere"});
        QCOMPARE(comparison.verdict(), "different model: shape only");
        QVERIFY(remarks(comparison).find("no such relation: nowhere") != std::string::npos);
        QVERIFY(comparisonCsv(comparison).find("alike,0.8,0.75,0.25,0.3\r\n") != std::string::npos);
        const Json reference = referenceOf(comparison);
        QVERIFY(reference["bars"] == (Json{{{"relation", "alike"}, {"faithfulness", 0.75}}}));
        QVERIFY(reference["title"].get<std::string>().find("mamba-2.8b (shape only)") != std::string::npos);
        QVERIFY(toJson(comparison)["bars"][0]["published"] == 0.75);
    }

    /// METHODS.md §5.5: one β, and the layer with the best causality.
    void fig12IsChosenAsPublished()
    {
        const Result result = sampleLre("gpt_neox", 4);
        const LreChoice choice = choiceOf(paperFigure("fig12"), result);
        QCOMPARE(*choice.beta, 1);
        QVERIFY(choice.byCausality);
        const LreComparison comparison = compareBars(paperFigure("fig12"), {published[0]}, result, choice);
        QCOMPARE(comparison.bars[0].ours, 0.0);  // the embedding's
        QCOMPARE(comparison.publishedModel, "pythia-2.8b-deduped");
        Result other = result;
        Array recall = *result.find("recall.1");
        recall.axes[3].labels = {"1", "2"};
        other.arrays[0] = std::make_shared<const Array>(recall);
        VERIFY_REFUSED(choiceOf(paperFigure("fig12"), other), ErrorCode::Usage, "2.25");
    }

    void curvesAreMatchedByDepth()
    {
        const PaperFigure figure = paperFigure("fig13");
        std::vector<double> values(33);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = double(i) / 33;
        const Result result = sampleLre("gpt_neox", 4);
        const LreComparison comparison = compareSweeps(
            figure,
            {{"alike", "faithfulness", values}, {"apart", "causality", values}, {"nowhere", "causality", values}},
            result);
        QCOMPARE(comparison.sweeps.size(), std::size_t(2));
        const LreSweepComparison& one = comparison.sweeps[0];
        QCOMPARE(one.ours.size(), std::size_t(5));
        QCOMPARE(one.compared, 5);
        QCOMPARE(one.published[0], 0.0);         // the embedding
        QCOMPARE(one.published[1], values[1]);   // layer 0
        QCOMPARE(one.published[3], values[17]);  // layer 2 of 4: layer 16 of 32
        QVERIFY(*one.correlation > 0.95);
        QVERIFY(*comparison.sweeps[1].correlation < -0.95);
        QCOMPARE(comparison.notOurs, std::vector<std::string>{"nowhere"});
        const Json curves = referenceOf(comparison)["curves"];
        QCOMPARE(curves[0]["array"].get<std::string>(), "faithfulness");
        QCOMPARE(curves[1]["array"].get<std::string>(), "causality.best");
        QCOMPARE(curves[1]["column"].get<std::string>(), "apart");
    }

    /// Mamba's curves end at layer 48 of 64, of even layers; those with layers missing cannot be placed.
    void publishedMambaCurvesHaveEvenLayers()
    {
        std::vector<double> values(26);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = double(i);
        const LreComparison comparison = compareSweeps(
            paperFigure("fig13"), {{"alike", "faithfulness", values}, {"apart", "faithfulness", {1, 2, 3}}},
            sampleLre("mamba", 64));
        QCOMPARE(comparison.notPlaced, std::vector<std::string>{"apart"});
        const std::vector<double>& placed = comparison.sweeps[0].published;
        QCOMPARE(placed.size(), std::size_t(65));
        QCOMPARE(placed[1], 1.0);    // layer 0
        QCOMPARE(placed[2], 1.5);    // layer 1, between 0 and 2
        QCOMPARE(placed[49], 25.0);  // layer 48
        QVERIFY(std::isnan(placed[50]));
        QCOMPARE(comparison.sweeps[0].compared, 50);
        QVERIFY(remarks(comparison).find("cannot be placed: apart") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestLreComparison)
#include "tst_lre_comparison.moc"
