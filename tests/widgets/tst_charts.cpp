// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown of the experiments over facts, as plain values.
#include "tests/widgets/sample_results.h"
#include "widgets/chart.h"
#include "widgets/result_series.h"

#include <QtTest>

using namespace mnemo;

namespace {

const SeriesChart& seriesChart(const std::vector<ChartPage>& pages, const char* key, std::size_t index)
{
    for (const ChartPage& page : pages)
        if (page.key == QLatin1String(key))
            return std::get<SeriesChart>(page.charts.at(index));
    throw std::out_of_range(key);
}

const MapChart& mapChart(const std::vector<ChartPage>& pages, std::size_t page)
{
    return std::get<MapChart>(pages.at(page).charts.at(0));
}

}  // namespace

class TestCharts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void averagesAreMapsByRole()
    {
        const auto pages = averageCharts(test::sampleAverage(), Metric::IndirectEffect);
        const MapChart& maps = mapChart(pages, 0);
        QCOMPARE(int(maps.panels.size()), 3);
        QCOMPARE(maps.panels[1].layerLabel, QStringLiteral("centre of 2 restored layers"));
        QCOMPARE(maps.rows[0].text, QStringLiteral("before the subject (0)"));
        QCOMPARE(maps.rows[3].text, QStringLiteral("subject, last (8)"));
        QVERIFY(maps.rows[3].subject && !maps.rows[5].subject);
        QVERIFY(maps.range == (ValueRange{0, 1}));  // of both sites, the next round number
        // The difference has two signs and a scale of its own.
        QVERIFY(ColourMap::named(maps.panels[2].colourMap.toStdString()).isDiverging());
        QVERIFY(maps.panels[2].range == (ValueRange{-0.3, 0.3}));
        QCOMPARE(maps.cellText("h", {2, 3}),
                 QStringLiteral("subject, last, layer 2: IE 0.33 ± 0.24 (standard error), 8 facts"));
        QCOMPARE(maps.cellText("s", {2, 0}), QStringLiteral("before the subject, layer 2: no fact has such tokens"));
        QCOMPARE(maps.cellText("difference", {0, 3}), QStringLiteral("subject, last, layer 0: IE −0.27"));
        QVERIFY(maps.cellText("h", {99, 3}).isEmpty());
    }

    void averagesAreCurvesAndPeaks()
    {
        const auto pages = averageCharts(test::sampleAverage(), Metric::IndirectEffect);
        const SeriesChart& subject = seriesChart(pages, "curves", 0);
        QCOMPARE(subject.title, QStringLiteral("subject, last"));
        QCOMPARE(subject.series[1].name, QStringLiteral("s"));
        QCOMPARE(subject.series[1].values[4], 0.2 + 0.4 + 0.03);
        QCOMPARE(subject.series[1].high[4] - subject.series[1].values[4], 0.01 + 0.4 + 0.03);
        QVERIFY(subject.range && subject.range == seriesChart(pages, "curves", 1).range);
        const SeriesChart& peaks = seriesChart(pages, "peaks", 0);
        QVERIFY(peaks.form == SeriesChart::Form::Bars);
        QCOMPARE(peaks.series[0].values[2], 5.0);
    }

    void publishedNumbersStandBesideOurs()
    {
        Result result = test::sampleAverage();
        test::addReference(result, "h.ie", "subject, last", {0.5, nullptr, 0.7});
        const auto pages = averageCharts(result, Metric::IndirectEffect);
        const SeriesChart& subject = seriesChart(pages, "curves", 0);
        QCOMPARE(subject.referenceName, QStringLiteral("published, mamba-2.8b"));
        QCOMPARE(subject.series[0].reference[2], 0.7);
        QVERIFY(std::isnan(subject.series[0].reference[1]));
        QVERIFY(subject.series[1].reference.empty());                          // another site
        QVERIFY(seriesChart(pages, "curves", 1).series[0].reference.empty());  // another column
        test::addReference(result, "h.ie", "prompt, last", {9.0});
        QVERIFY(averageCharts(result, Metric::IndirectEffect)[1].charts.size() == 2);
        QVERIFY(seriesChart(averageCharts(result, Metric::IndirectEffect), "curves", 0).range->high > 9);
    }

    void pathsAreBarsBySevered()
    {
        Result result = test::samplePaths();
        test::addReference(result, "prompt_last.ie", "g", {0.1, 0.2});
        const auto pages = pathsCharts(result, Metric::IndirectEffect);
        QCOMPARE(int(pages.at(0).charts.size()), 2);
        const SeriesChart& prompt = seriesChart(pages, "bars", 1);
        QCOMPARE(prompt.series[0].name, QStringLiteral("nothing severed"));
        QCOMPARE(prompt.series[2].site, std::string("g"));
        QCOMPARE(prompt.series[2].reference[1], 0.2);
        QCOMPARE(prompt.series[2].low[0], 0.22 - 0.03);
    }

    void knockoutsAreCurvesByWhatIsCut()
    {
        const auto pages = knockoutCharts(test::sampleKnockout(), Metric::IndirectEffect);
        const SeriesChart& chart = seriesChart(pages, "curves", 0);
        QCOMPARE(int(chart.series.size()), 4);
        QCOMPARE(chart.series[3].name, QStringLiteral("prompt, last"));
        QCOMPARE(chart.series[3].values[0], -0.77);
        QVERIFY(chart.series[0].site != chart.series[1].site);
    }

    void evaluationsAreCurvesByMatrix()
    {
        Result result = test::sampleEvaluation();
        test::addReference(result, "PS", "W_o", {1.0, 2.0});
        const auto pages = evaluationCharts(result, Metric::IndirectEffect);
        QCOMPARE(int(pages.at(0).charts.size()), 4);
        const SeriesChart& paraphrases = seriesChart(pages, "curves", 1);
        QCOMPARE(int(paraphrases.series.size()), 4);
        QCOMPARE(paraphrases.series[0].name, QStringLiteral("W_o"));
        QCOMPARE(paraphrases.series[2].high[1], 55 + 0.1 + 0.02);
        QCOMPARE(paraphrases.series[0].reference[1], 2.0);
        QCOMPARE(paraphrases.series[3].name, QStringLiteral("no edit"));
        QCOMPARE(paraphrases.series[3].values[4], 5.0);
        QCOMPARE(paraphrases.range->high, 108.0);
        result.arrays.resize(1);  // a snapshot without intervals
        QVERIFY(seriesChart(evaluationCharts(result, Metric::IndirectEffect), "curves", 0).series[0].low.empty());
    }

    void tracesStandBehindEvaluations()
    {
        Result result = test::sampleEvaluation();
        QVERIFY(evaluationCharts(result, Metric::IndirectEffect).at(0).note.isEmpty());
        result.head["profile"] = {
            {"title", "tiny: Average over 8 facts"},
            {"curves", {{{"matrix", "W_a"}, {"site", "a"}, {"values", {0.1, nullptr, 0.3, 0.2, 0.1}}}}}};
        result.head["rank_correlation"] = {{"ES", {{"W_a", 0.25}}}, {"S", {{"W_a", nullptr}}}};
        const auto pages = evaluationCharts(result, Metric::IndirectEffect);
        const SeriesChart& efficacy = seriesChart(pages, "curves", 0);
        QCOMPARE(efficacy.series[1].behind[2], 0.3);
        QVERIFY(std::isnan(efficacy.series[1].behind[1]));
        QVERIFY(efficacy.series[0].behind.empty());                         // another matrix
        QVERIFY(seriesChart(pages, "curves", 2).series[1].behind.empty());  // NS says nothing of the fact
        QVERIFY(!efficacy.pointHelp.isEmpty() && efficacy.series[3].inert && !efficacy.series[1].inert);
        QVERIFY2(
            pages[0].note.contains("tiny: Average over 8 facts") && pages[0].note.endsWith("ES: W_a 0.25; S: W_a –."),
            qPrintable(pages[0].note));
    }

    void cutsInAllLayersStandSideBySide()
    {
        Result result = test::sampleKnockout();
        result.arrays.push_back(test::filled(
            "all_layers.change",
            {{"cut", {"a := mean", "writes := 0"}}, {"tokens", result.find("change")->axes[1].labels}}, "", -0.9));
        const auto pages = knockoutCharts(result, Metric::IndirectEffect);
        const SeriesChart& bars = seriesChart(pages, "all-layers", 0);
        QCOMPARE(bars.layerNames, (std::vector<QString>{"a := mean", "writes := 0"}));
        QCOMPARE(bars.series[0].name, QStringLiteral("subject"));
        QCOMPARE(bars.series[0].values, (std::vector<double>{-0.9, -0.8}));
    }

    void attentionIsAMapPerLayer()
    {
        const auto pages = attentionCharts(test::sampleAttention(), Metric::IndirectEffect);
        QCOMPARE(int(pages.size()), 1);
        const MapChart& maps = mapChart(pages, 0);
        QCOMPARE(int(maps.panels.size()), 2);
        QCOMPARE(maps.panels[1].title, QStringLiteral("layer 1"));
        const double most = 0.1 * double(maps.rows.size() - 1);
        QVERIFY(maps.panels[0].range && std::abs(maps.panels[0].range->high - most) < 1e-12);
        QCOMPARE(maps.panels[0].range->low, 0.0);
        QCOMPARE(maps.cellText("layers.0.attention", {3, 2}),
                 QStringLiteral("%1 reads %2: 0.2").arg(maps.rows[3].text, maps.rows[2].text));
        QVERIFY(maps.cellText("layers.9.attention", {3, 2}).isEmpty());
        Result deep = test::sampleOf("attention");
        for (int layer = 0; layer < 30; ++layer)
            deep.arrays.push_back(test::sampleAttention().arrays[0]);
        QCOMPARE(int(attentionCharts(deep, Metric::IndirectEffect).size()), 3);
    }

    void aLensSaysWhatTheModelWould()
    {
        const auto pages = lensCharts(test::sampleLens(), Metric::IndirectEffect);
        QCOMPARE(int(pages.size()), 2);
        const MapChart& clean = mapChart(pages, 0);
        QCOMPARE(clean.panels[0].array->name, std::string("clean.p"));
        QCOMPARE(clean.panels[0].texts[6], QStringLiteral("·d1"));
        QCOMPARE(clean.rows[1].text, QStringLiteral("·Space"));
        QVERIFY(clean.rows[1].subject && !clean.rows[5].subject);
        QCOMPARE(clean.cellText("clean", {1, 2}),
                 QStringLiteral("·Need, layer 0: says ·d1 (p 0.420); ·Seattle has p 0.220, rank 4.12"));
        QVERIFY(clean.cellText("clean", {0, 0}).contains(QStringLiteral("embedding")));
        QCOMPARE(mapChart(pages, 1).rows[1].text, QStringLiteral("·Statue"));
        QVERIFY(mapChart(pages, 1).range == clean.range);
        const auto ranked = lensCharts(test::sampleLens(), Metric::Rank);
        QCOMPARE(mapChart(ranked, 0).panels[0].array->name, std::string("clean.rank"));
        QVERIFY(mapChart(ranked, 0).colourMap.endsWith(QStringLiteral("_r")));  // less is more
    }

    void attributionsAddUp()
    {
        const auto pages = dlaCharts(test::sampleDla(), Metric::IndirectEffect);
        const SeriesChart& bars = seriesChart(pages, "bars", 0);
        QCOMPARE(bars.layerNames, (std::vector<QString>{"embed", "0", "1", "bias", "total"}));
        QCOMPARE(int(bars.series.size()), 3);
        const LayerSeries &rest = bars.series[0], &mlp = bars.series[2];
        QCOMPARE(rest.values[0], 0.1);
        QVERIFY(std::isnan(rest.values[1]));
        QCOMPARE(mlp.site, std::string("mlp"));
        QCOMPARE(mlp.values[2], 0.5);
        QVERIFY(std::abs(rest.values[4] - 2.1) < 1e-12);
        QVERIFY(std::abs(rest.reference[4] + 3.9) < 1e-12);
        QCOMPARE(mlp.reference[2], -0.5);
        QCOMPARE(bars.valueLabel, QStringLiteral("logit ·Seattle − ·New"));
    }

    /// METHODS.md §5.7.
    void linearDecodingIsShownAsInTheFigures()
    {
        Result result = test::sampleLre();
        const auto pages = lreCharts(result, Metric::IndirectEffect);
        const SeriesChart& bars = seriesChart(pages, "bars", 0);
        QCOMPARE(bars.layerNames, (std::vector<QString>{"near", "far"}));  // the most faithful first
        QVERIFY(std::abs(bars.series[0].values[0] - 0.91) < 1e-12);        // mean of 0.9 and 0.92
        QVERIFY(std::abs(bars.series[0].high[0] - 0.91 - std::sqrt(0.0002)) < 1e-12);
        QCOMPARE(bars.series[0].reference, (std::vector<double>{0.25, 0.1}));
        QCOMPARE(bars.series.size(), std::size_t(1));
        QVERIFY(bars.namesTurned && bars.range->high < 1.1);
        const SeriesChart& dots = seriesChart(pages, "scatter", 0);
        QCOMPARE(dots.places, (std::vector<double>{5, 40}));
        QCOMPARE(dots.series[0].values, bars.series[0].values);
        const SeriesChart& curves = seriesChart(pages, "layers", 0);
        QCOMPARE(curves.title, QStringLiteral("near"));
        QCOMPARE(curves.layerNames, (std::vector<QString>{"emb", "0", "1"}));
        QVERIFY(std::abs(curves.series[0].values[0] - 0.31) < 1e-12);
        QVERIFY(std::abs(curves.series[1].values[2] - 0.21) < 1e-12);

        // Another β, from the same numbers; published ones beside them.
        result.head["choice"] = {{"beta", 0}, {"rank", 0}};
        result.head["reference"] = {
            {"title", "published"},
            {"bars", {{{"relation", "near"}, {"faithfulness", 0.7}}}},
            {"curves", {{{"array", "faithfulness"}, {"column", "near"}, {"values", {0.1, 0.2, 0.3}}}}}};
        const auto chosen = lreCharts(result, Metric::IndirectEffect);
        QVERIFY(std::abs(seriesChart(chosen, "bars", 0).series[0].values[0] - 0.31) < 1e-12);
        QVERIFY(seriesChart(chosen, "bars", 0).title.contains(QStringLiteral("β = 1")));
        QCOMPARE(seriesChart(chosen, "bars", 0).series[1].values[0], 0.7);
        QVERIFY(std::isnan(seriesChart(chosen, "bars", 0).series[1].values[1]));
        QVERIFY(std::abs(seriesChart(chosen, "layers", 0).series[1].values[0] - 0.71) < 1e-12);
        QCOMPARE(seriesChart(chosen, "layers", 0).series[0].reference, (std::vector<double>{0.1, 0.2, 0.3}));

        // What is left out is named with its reason.
        QVERIFY(pages[0].note.isEmpty());
        Result skipped = test::sampleLre();
        skipped.head["relations"][0]["trials"][0]["skipped"] = "The model knows 2 of 9.";
        QCOMPARE(lreCharts(skipped, Metric::IndirectEffect)[0].note,
                 QStringLiteral("far is left out: The model knows 2 of 9."));

        // While it runs: the relations that are there.
        Array part = *result.find("recall.1");
        for (std::size_t i = 0; i < part.size(); ++i)
            if (i / 6 % 2 == 0)
                part.states[i] = CellState::NotComputed;
        result.arrays[0] = std::make_shared<const Array>(std::move(part));
        QCOMPARE(seriesChart(lreCharts(result, Metric::IndirectEffect), "bars", 0).layerNames,
                 std::vector<QString>{"near"});
    }

    void otherKindsHaveNoPlots()
    {
        QVERIFY(chartsOf(test::sampleOf("states"), Metric::IndirectEffect).empty());
        QCOMPARE(chartsOf(test::sampleTrace(), Metric::Probability).at(0).key, QStringLiteral("maps"));
        for (const Result& result : test::sampleResults())
            QVERIFY2(!chartsOf(result, Metric::IndirectEffect).empty(), result.kind.c_str());
    }

    void damageIsLeftOut()
    {
        for (const Result& whole : test::sampleResults()) {
            Result empty = whole;
            empty.arrays.clear();
            QVERIFY(chartsOf(empty, Metric::IndirectEffect).empty());
            Result headless = whole;
            headless.head = Json::array({1, "x"});
            headless.model = nullptr;
            QVERIFY2(!chartsOf(headless, Metric::IndirectEffect).empty(), whole.kind.c_str());
            Result torn = whole;
            for (ArrayPtr& array : torn.arrays) {
                Array cut = *array;
                cut.values.pop_back();
                array = std::make_shared<const Array>(std::move(cut));
            }
            QVERIFY2(chartsOf(torn, Metric::IndirectEffect).empty(), whole.kind.c_str());
        }
    }

    void oddHeadsAreNoErrors()
    {
        const Json odd[] = {nullptr,
                            3,
                            "text",
                            Json::array({1}),
                            {{"text", 5}, {"curves", 7}},
                            {{"curves", {1, nullptr, {{"array", "h.ie"}, {"column", 2}, {"values", "x"}}}}}};
        for (const Result& whole : test::sampleResults())
            for (const char* key : {"target", "foil", "windows", "subject", "reference", "clean_top_text", "sites"})
                for (const Json& value : odd) {
                    Result result = whole;
                    result.head[key] = value;
                    QVERIFY(!chartsOf(result, Metric::IndirectEffect).empty());
                }
    }
};

QTEST_APPLESS_MAIN(TestCharts)
#include "tst_charts.moc"
