// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/sample_trace.h"
#include "widgets/heatmap_grid.h"
#include "widgets/trace_rows.h"

#include <QSignalSpy>
#include <QtTest>

using namespace mnemo;

class TestHeatmapGrid : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsNameBothPrompts()
    {
        const std::vector<RowLabel> rows = traceRows(test::sampleTrace());
        QCOMPARE(rows.size(), std::size_t(6));
        QCOMPARE(rows[0].shown(), QStringLiteral("The"));  // alike in both
        QCOMPARE(rows[1].shown(), QStringLiteral("·Space/·Statue"));
        QVERIFY(rows[3].subject);
        QVERIFY(!rows[4].subject);
    }

    void rowsFollowThePartners()
    {
        Result trace = test::sampleTrace();
        trace.head["partner"] = {nullptr, 0, 2, 3, 4, 5};
        const std::vector<RowLabel> rows = traceRows(trace);
        QCOMPARE(rows[0].shown(), QStringLiteral("The"));
        QCOMPARE(rows[1].shown(), QStringLiteral("·Space/The"));
    }

    void noiseStarsTheSubject()
    {
        Result trace = test::sampleTrace();
        trace.head["sigma"] = 0.3;
        trace.head["corrupt_tokens"] = trace.head["tokens"];
        QCOMPARE(traceRows(trace)[1].shown(), QStringLiteral("·Space*"));
        QCOMPARE(traceRows(trace)[5].shown(), QStringLiteral("·in"));
    }

    void panelsCarryEffectAndWindow()
    {
        const auto panels = tracePanels(test::sampleTrace(), Metric::IndirectEffect);
        QCOMPARE(panels.size(), std::size_t(2));
        QCOMPARE(panels[1].site, std::string("s"));
        QVERIFY(panels[1].layerLabel.contains(QLatin1Char('3')));
        QCOMPARE(panels[0].array->at(4, 3), (0.44 - 0.01) / 0.6);
        const ValueRange range = traceRange(panels, Metric::IndirectEffect);
        QCOMPARE(range, (ValueRange{0, 1}));  // rounded up to a plain end
        QCOMPARE(traceWindows(test::sampleTrace()).at("s"), 3);
    }

    void aPanelMayHaveItsOwnScale()
    {
        HeatmapGrid grid;
        auto panels = tracePanels(test::sampleTrace(), Metric::Probability);
        panels[1].range = ValueRange{-2, 2};
        panels[1].colourMap = QStringLiteral("vik");
        grid.setPanels(panels);
        grid.setRange(0, 0.5);
        grid.setColourMap(QStringLiteral("cividis"));
        QCOMPARE(grid.map("h")->range(), (ValueRange{0, 0.5}));
        QCOMPARE(grid.map("s")->range(), (ValueRange{-2, 2}));
        const double value = panels[1].array->at(3, 2);
        const QColor base = grid.palette().color(QPalette::Base);
        QCOMPARE(grid.map("s")->cellColour({3, 2}), ColourMap::named("vik").onBackground(base).colour(value, {-2, 2}));
    }

    void valuesOfTwoSignsHaveZeroInTheMiddle()
    {
        auto array =
            std::make_shared<Array>(Array::make("h", {Axis{"layer", {"0"}}, Axis{"token", {"a", "b"}}}, "logit"));
        array->values = {-4, 3};
        array->states = {CellState::Computed, CellState::Computed};
        const std::vector<HeatmapGrid::Panel> panels{{"h", "h", "layer", "logit", array}};
        QCOMPARE(traceRange(panels, Metric::LogitDifference), (ValueRange{-4, 4}));
        QCOMPARE(traceColourMap(Metric::LogitDifference), QStringLiteral("vik"));
        QVERIFY(traceColourMap(Metric::IndirectEffect).isEmpty());
        QCOMPARE(traceColourMap(Metric::IndirectEffect, "cividis"), QStringLiteral("cividis"));
        QCOMPARE(traceColourMap(Metric::LogitDifference, "cividis"), QStringLiteral("vik"));
        QCOMPARE(traceColourMap(Metric::LogitDifference, "rdbu"), QStringLiteral("rdbu"));
    }

    void lessRankAndLessDivergenceAreTheStrongColours()
    {
        QCOMPARE(traceColourMap(Metric::Rank), QStringLiteral("_r"));
        QCOMPARE(traceColourMap(Metric::Kl, "viridis"), QStringLiteral("viridis_r"));
        auto array =
            std::make_shared<Array>(Array::make("h", {Axis{"layer", {"0"}}, Axis{"token", {"a", "b"}}}, "rank"));
        array->values = {0, 4000};
        array->states = {CellState::Computed, CellState::Computed};
        const std::vector<HeatmapGrid::Panel> panels{{"h", "h", "layer", "rank", array}};
        QCOMPARE(traceRange(panels, Metric::Rank), (ValueRange{0, 100}));
    }

    void mapsShareTheCursor()
    {
        HeatmapGrid grid;
        grid.resize(900, 400);
        grid.setPanels(tracePanels(test::sampleTrace(), Metric::IndirectEffect));
        grid.show();
        QVERIFY(QTest::qWaitForWindowExposed(&grid));
        QSignalSpy clicked(&grid, &HeatmapGrid::cellClicked);
        Heatmap* s = grid.map("s");
        QVERIFY(s);
        QTest::mouseClick(s, Qt::LeftButton, {}, s->cellRect({2, 3}).center().toPoint());
        QCOMPARE(clicked.size(), 1);
        QCOMPARE(clicked.at(0).at(0).toString(), QStringLiteral("s"));
        QCOMPARE(clicked.at(0).at(1).value<Cell>(), (Cell{2, 3}));
        QCOMPARE(grid.map("h")->currentCell(), (Cell{2, 3}));
    }

    void columnsFollowTheWidth()
    {
        HeatmapGrid grid;
        grid.setPanels(tracePanels(test::sampleTrace(), Metric::Probability));
        grid.setRows(traceRows(test::sampleTrace()));
        grid.resize(900, 400);
        grid.show();
        QVERIFY(QTest::qWaitForWindowExposed(&grid));
        QCOMPARE(grid.columns(), 2);
        const double first = grid.map("h")->cellRect({1, 1}).width();
        const double second = grid.map("s")->cellRect({1, 1}).width();
        QVERIFY2(std::abs(first - second) <= 4, qPrintable(QStringLiteral("%1 %2").arg(first).arg(second)));
        grid.resize(320, 600);
        QTRY_COMPARE(grid.columns(), 1);
    }

    void rowsOfTheirOwnAreNamedWhereTheyDiffer()
    {
        HeatmapGrid grid;
        auto panels = tracePanels(test::sampleTrace(), Metric::Probability);
        for (auto& panel : panels)
            panel.rows = traceRows(test::sampleTrace());
        grid.setPanels(panels);
        grid.resize(900, 400);
        grid.show();
        QVERIFY(QTest::qWaitForWindowExposed(&grid));
        QCOMPARE(grid.columns(), 2);
        const auto alike = [&grid](const char* what) {
            const double first = grid.map("h")->cellRect({1, 1}).width();
            const double second = grid.map("s")->cellRect({1, 1}).width();
            return first > 0 && std::abs(first - second) <= 4 ? std::string() : what + std::to_string(first - second);
        };
        QVERIFY(grid.map("h")->rowLabelsVisible());
        QVERIFY(!grid.map("s")->rowLabelsVisible());
        QTRY_COMPARE(alike("the same rows: "), std::string());
        panels[1].rows[0].text = QStringLiteral("another");
        grid.setPanels(panels);
        QVERIFY(grid.map("s")->rowLabelsVisible());
        QTRY_COMPARE(alike("other rows: "), std::string());
    }

    void onAPageThatScrollsRowsKeepTheirNames()
    {
        HeatmapGrid grid;
        grid.setPanels(tracePanels(test::sampleTrace(), Metric::Probability));
        grid.resize(900, 400);
        const int low = grid.minimumSizeHint().height();
        grid.setRowsReadable(true);
        QCOMPARE(grid.minimumSizeHint().height(), low);  // six rows have room anyway
        Result longer = test::sampleTrace();
        const auto array = std::make_shared<Array>(*longer.find("h.p"));
        for (int row = 6; row < 30; ++row)
            array->axes[1].labels.push_back(std::to_string(row));
        array->values.resize(array->axes[0].size() * 30);
        array->states.resize(array->values.size(), CellState::NotComputed);
        auto panels = tracePanels(test::sampleTrace(), Metric::Probability);
        panels.front().array = array;
        grid.setPanels(panels);
        QVERIFY(grid.minimumSizeHint().height() >= low + 30 * 10 - 150);
        grid.setRowsReadable(false);
        QCOMPARE(grid.minimumSizeHint().height(), low);
    }

    void snapshotsKeepTheMaps()
    {
        HeatmapGrid grid;
        auto panels = tracePanels(test::sampleTrace(), Metric::IndirectEffect);
        grid.setPanels(panels);
        Heatmap* before = grid.map("s");
        grid.setPanels(tracePanels(test::sampleTrace(), Metric::Probability));
        QCOMPARE(grid.map("s"), before);
        panels.pop_back();
        grid.setPanels(panels);
        QVERIFY(!grid.map("s"));
        QCOMPARE(grid.sites(), std::vector<std::string>{"h"});
    }
};

QTEST_MAIN(TestHeatmapGrid)
#include "tst_heatmap_grid.moc"
