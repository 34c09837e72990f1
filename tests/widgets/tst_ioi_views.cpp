// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown of pairs of prompts, and the view of a name that a model is made to believe in.
#include <QtTest>

#include "core/data/computed_array.h"
#include "widgets/axis_slider.h"
#include "widgets/bar_list.h"
#include "widgets/chart_panel.h"
#include "widgets/chart_view.h"
#include "widgets/ioi_believe_view.h"

#include <QComboBox>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>

using namespace mnemo;

namespace {

void add(Result& result, const std::string& name, std::vector<Axis> axes, std::vector<double> values)
{
    result.arrays.push_back(std::make_shared<const Array>(computedArray(name, std::move(axes), "1 − nld", values)));
}

Result pairsResult(const std::string& architecture)
{
    Result result;
    result.kind = "ioi";
    result.model = {{"architecture", architecture}};
    result.parameters = {{"count", 7}, {"seed", 27}, {"parts", Json::array()}};
    result.head = {{"pairs", {{"groups", {{{"label", "first"}}, {{"label", "second"}}}}}},
                   {"clean", {{"accuracy", 0.75}, {"probability", 0.5}}}};
    const Axis layers = numberedAxis("layer", 2), tokens{"token", {"n1", " and", "n2"}};
    add(result, "resample", {layers, tokens}, {0, 0.5, 0, -0.25, 0, 1});
    add(result, "resample.1", {layers, tokens}, {0, 0.5, 0, -0.25, 0, 1});
    add(result, "resample.2", {layers, tokens}, {0, 0.5, 0, -0.25, 0, 2});
    add(result, "removal.probability", {layers}, {0.25, 0.5});
    add(result, "removal.accuracy", {layers}, {0.5, 1});
    add(result, "greedy.probability", {{"removed", {"1", "0"}}}, {0.5, 0.25});
    add(result, "crosstalk.share", {layers}, {0, 1});
    return result;
}

Result beliefResult()
{
    const auto token = [](int id, const char* text, double p) {
        return Json{{"id", id}, {"text", text}, {"p", p}, {"logit", 0}};
    };
    Result result;
    result.kind = "ioi-believe";
    result.parameters = {{"prompt", "Mary and John"}, {"believe", "Anna"}, {"slot", 1}, {"name", "Mary"}, {"nth", 1}};
    result.head = {
        {"names", {{{"name", "Mary"}, {"token", 0}}, {{"name", "John"}, {"token", 2}}}},
        {"material_names", {"Anna", "John", "Mary"}},
        {"slots", 3},
        {"name", "Mary"},
        {"slot", 1},
        {"believe", "Anna"},
        {"layer", 1},
        {"sentences", 10},
        {"alpha", 1.0},
        {"alphas", {0.0, 1.0}},
        {"candidates",
         {{{"name", "Mary"}, {"id", 4}, {"before", 0.9}, {"after", 0.1}},
          {{"name", "Anna"}, {"id", 5}, {"before", 0.05}, {"after", 0.8}}}},
        {"top", {token(4, " Mary", 0.9), token(5, " Anna", 0.05)}},
        {"tops",
         {Json::array({token(4, " Mary", 0.9)}), Json::array({token(5, " Anna", 0.8), token(4, " Mary", 0.1)})}}};
    add(result, "p", {{"alpha", {"0", "1"}}, {"candidate", {"Mary", "Anna"}}}, {0.9, 0.05, 0.1, 0.8});
    return result;
}

}  // namespace

class TestIoiViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mapsOfAllPairsAndEachCorruption()
    {
        const std::vector<ChartPage> pages = ioiCharts(pairsResult("mamba"), Metric::IndirectEffect);
        QStringList keys;
        for (const ChartPage& page : pages)
            keys << page.key;
        QCOMPARE(keys, (QStringList{"resample", "layers", "greedy", "crosstalk"}));
        const auto& maps = std::get<MapChart>(pages[0].charts[0]);
        QCOMPARE(int(maps.panels.size()), 3);
        QCOMPARE(maps.panels[2].title, QStringLiteral("second"));
        QCOMPARE(maps.colourMap, QStringLiteral("rdbu"));
        QVERIFY(maps.range == (ValueRange{-2, 2}));  // 0 in the middle, one scale for all
        QCOMPARE(maps.rows[2].text, QStringLiteral("n2"));
        QCOMPARE(maps.cellText("resample", {1, 2}), QStringLiteral("layer 1, n2: 1 − nld 1"));
        QVERIFY(maps.cellText("resample", {9, 2}).isEmpty());
        const auto& bars = std::get<SeriesChart>(pages[1].charts[0]);
        QVERIFY(bars.series[0].reference == (std::vector<double>{0.5, 0.5}));
        QCOMPARE(std::get<SeriesChart>(pages[2].charts[0]).layerNames[0], QStringLiteral("1"));
        QVERIFY(ioiCharts(Result{}, Metric::IndirectEffect).empty());
    }

    void tapsAndCosinesHaveTokensAcross()
    {
        Result result;
        const Axis tokens{"token", {"a", "b", "c"}}, states{"state", {"a", "b", "c"}};
        add(result, "taps", {{"tap", {"-3", "-2", "-1", "0"}}, tokens}, {0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0});
        add(result, "cosine.write_state", {{"contribution", states.labels}, states}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
        const std::vector<ChartPage> pages = ioiLayerCharts(result, Metric::IndirectEffect);
        QCOMPARE(int(pages.size()), 2);
        const auto& taps = std::get<MapChart>(pages[0].charts[0]);
        QCOMPARE(taps.panels[0].array->axes[0].size(), 3);
        QCOMPARE(taps.panels[0].array->at(1, 2), 0.5);
        QVERIFY(taps.range == (ValueRange{-1, 1}));
        QCOMPARE(taps.cellText("taps", {1, 2}), QStringLiteral("b, tap -1: 1 − nld 0.5"));
        QCOMPARE(std::get<MapChart>(pages[1].charts[0]).cellText("cosine.write_state", {2, 0}),
                 QStringLiteral("row a, column c: 3"));
    }

    void slotsOverwritten()
    {
        Result result;
        const std::vector<std::string> names{"n1", "n2"};
        for (const char* map : {"replace", "add"})
            add(result, map, {{"overwritten", names}, {"averaged", names}}, {1, 0.5, 0.25, 0});
        const std::vector<ChartPage> pages = ioiNamesCharts(result, Metric::IndirectEffect);
        const auto& maps = std::get<MapChart>(pages.at(0).charts[0]);
        QCOMPARE(int(maps.panels.size()), 2);
        QCOMPARE(maps.cellText("add", {0, 1}), QStringLiteral("n2 overwritten by averages of n1: 0.25"));
    }

    void aLayerOfAMapIsLookedInto()
    {
        for (const char* architecture : {"mamba", "gpt_neox"}) {
            for (const ChartKind& kind : chartKinds()) {
                if (kind.kind != std::string_view("ioi"))
                    continue;
                ChartView view(kind);
                view.setResult(std::make_shared<const Result>(pairsResult(architecture)));
                view.resize(900, 600);
                view.show();
                auto* offer = view.findChild<QPushButton*>("layerOffer");
                QVERIFY(offer->isHidden());
                Q_EMIT view.panel()->maps().front()->cellClicked("resample", {1, 2});
                QCOMPARE(offer->isHidden(), architecture == std::string_view("gpt_neox"));
                if (offer->isHidden())
                    continue;
                QCOMPARE(offer->text(), QStringLiteral("&Inside layer 1"));
                Json parameters;
                QString experiment;
                connect(&view, &ResultView::asked, this, [&](const QString& key, const Json& asked) {
                    experiment = key;
                    parameters = asked;
                });
                offer->click();
                QCOMPARE(experiment, QStringLiteral("ioi-layer"));
                QVERIFY(parameters == Json({{"layer", 1}, {"count", 7}, {"seed", 27}}));
                view.pages()->setCurrentIndex(1);
                QVERIFY(offer->isHidden());
            }
        }
    }

    void aBeliefFollowsItsStrengthAndAsksForAnother()
    {
        IoiBelieveView view;
        view.setResult(std::make_shared<const Result>(beliefResult()));
        auto* names = view.findChild<BarList*>("believeNames");
        auto* strength = view.findChild<AxisSlider*>("believeStrength");
        QCOMPARE(strength->index(), std::optional(1));
        QCOMPARE(names->rows(), 2);
        QVERIFY(names->gridCellText(1, 0).contains("0.8"));
        QCOMPARE(view.findChild<QComboBox*>("believeSlot")->count(), 2);
        strength->slider()->setValue(strength->slider()->minimum());
        QCOMPARE(strength->index(), std::optional(0));
        QVERIFY(!names->gridCellText(1, 0).contains("0.8"));
        Json parameters;
        connect(&view, &ResultView::asked, this, [&](const QString&, const Json& asked) { parameters = asked; });
        view.findChild<QComboBox*>("believeSlot")->setCurrentIndex(1);
        view.findChild<QComboBox*>("believeName")->setCurrentText("Mary");
        view.findChild<QPushButton*>("believeAsk")->click();
        QCOMPARE(parameters.value("believe", std::string()), std::string("Mary"));
        QCOMPARE(parameters.value("slot", 0), 2);
        QCOMPARE(parameters.value("name", std::string("?")), std::string());
        QCOMPARE(parameters.value("alpha", -1.0), 0.0);
    }
};

QTEST_MAIN(TestIoiViews)
#include "tst_ioi_views.moc"
