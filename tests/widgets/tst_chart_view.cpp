// SPDX-License-Identifier: GPL-3.0-or-later
// Views of the experiments over facts: they stream in, survive what is odd, and can be read without eyes.
#include "tests/widgets/sample_results.h"
#include "widgets/chart_panel.h"
#include "widgets/chart_view.h"
#include "widgets/heatmap_grid.h"

#include <QComboBox>
#include <QLabel>
#include <QTabBar>
#include <QtTest>

using namespace mnemo;

namespace {

std::unique_ptr<ChartView> viewOf(const Result& result)
{
    const ViewTable table = builtInViews();
    const ViewEntry* entry = viewFor(table, result);
    return std::unique_ptr<ChartView>(qobject_cast<ChartView*>(entry->make(nullptr)));
}

ResultPtr shared(const Result& result)
{
    return std::make_shared<const Result>(result);
}

}  // namespace

class TestChartView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindHasItsView()
    {
        for (const Result& result : test::sampleResults()) {
            const auto view = viewOf(result);
            QVERIFY2(view, result.kind.c_str());
            view->setResult(shared(result));
            QVERIFY2(!view->panel()->isHidden(), result.kind.c_str());
            QVERIFY(!view->panel()->maps().empty() || !view->panel()->plots().empty());
        }
    }

    void whatACutLeavesOpenStandsBelowIt()
    {
        Result cut = test::sampleKnockout();
        const auto view = viewOf(cut);
        auto* note = view->findChild<QLabel*>("chartNote");
        view->setResult(shared(cut));
        QVERIFY(note->isHidden());
        cut.head["cut"] = "writes := 0";
        view->setResult(shared(cut));
        QVERIFY(!note->isHidden());
        QCOMPARE(note->text(), leakNote(cut));
        view->setResult(nullptr);
        QVERIFY(note->isHidden());
    }

    void aResultWithoutArraysWaitsForThem()
    {
        Result first = test::sampleAverage();
        first.arrays.clear();
        const auto view = viewOf(first);
        QVERIFY(view);
        view->setResult(shared(first));
        QVERIFY(view->panel()->maps().empty());
        view->setResult(shared(test::sampleAverage()));
        QCOMPARE(view->panel()->maps().at(0)->sites(), (std::vector<std::string>{"h", "s", "difference"}));
        view->setResult(nullptr);
        QVERIFY(view->panel()->maps().empty());
    }

    void damagedResultsAreTables()
    {
        Result result = test::sampleKnockout();
        result.arrays = {test::filled("change", {{"layer", {"0"}}}, "", 0),
                         test::filled("x", {{"part", {"a"}}}, "", 0)};
        const ViewTable table = builtInViews();
        QVERIFY(viewFor(table, result)->key != QStringLiteral("knockout"));
        const auto view = viewOf(test::sampleKnockout());
        view->setResult(shared(result));  // a snapshot gone wrong
        QVERIFY(view->panel()->plots().empty());
    }

    void newerSnapshotsKeepPlotsPageAndCursor()
    {
        const auto view = viewOf(test::sampleAverage());
        view->setResult(shared(test::sampleAverage()));
        view->pages()->setCurrentIndex(1);
        LayerPlot* plot = view->panel()->plots().at(0);
        view->setCurrentCell({3, 0});
        Result newer = test::sampleAverage();
        newer.arrays[0] = test::filled("h.ie", test::layersBy("role", test::roles), "IE", 0.5);
        view->setResult(shared(newer));
        QCOMPARE(view->pages()->currentIndex(), 1);
        QCOMPARE(view->panel()->plots().at(0), plot);
        QCOMPARE(plot->currentLayer(), 3);
        QCOMPARE(plot->series()[0].values[0], 0.53);
    }

    void plotsOfAPageShareTheCursor()
    {
        const auto view = viewOf(test::samplePaths());
        view->setResult(shared(test::samplePaths()));
        const auto plots = view->panel()->plots();
        QCOMPARE(int(plots.size()), 2);
        Q_EMIT plots[0]->layerClicked(2);
        QCOMPARE(plots[1]->currentLayer(), 2);
        QCOMPARE(plots[1]->accessibleDescription(),
                 QStringLiteral("layer 2: nothing severed 0.4 ± 0.21, s severed 0.41 ± 0.22, g severed 0.42 ± 0.23, "
                                "o severed 0.43 ± 0.24"));
    }

    void pointsOfEvaluationsAreClicked()
    {
        const auto view = viewOf(test::sampleEvaluation());
        view->setResult(shared(test::sampleEvaluation()));
        QSignalSpy clicked(view.get(), &ResultView::pointClicked);
        LayerPlot* plot = view->panel()->plots().at(2);
        view->resize(900, 600);
        view->show();
        QTRY_VERIFY(plot->seriesAt(plot->pointAt(1, 4).toPoint()) >= 0);
        QTest::mouseClick(plot, Qt::LeftButton, {}, plot->pointAt(3, 4).toPoint());
        QVERIFY(clicked.isEmpty());  // without an edit there is none to make
        QTest::mouseClick(plot, Qt::LeftButton, {}, plot->pointAt(2, 4).toPoint());
        QCOMPARE(clicked.takeFirst(), (QList<QVariant>{2, 4}));
    }

    void aLensIsColouredByWhatIsChosen()
    {
        const auto view = viewOf(test::sampleLens());
        view->setResult(shared(test::sampleLens()));
        QCOMPARE(view->pages()->count(), 2);
        const auto shown = [&](const char* run) { return view->panel()->maps().at(0)->map(run)->array()->name; };
        QCOMPARE(shown("clean"), std::string("clean.p"));
        view->metrics()->setCurrentIndex(2);
        QCOMPARE(shown("clean"), std::string("clean.rank"));
        view->pages()->setCurrentIndex(1);
        QCOMPARE(shown("corrupt"), std::string("corrupt.rank"));
        const Heatmap* map = view->panel()->maps().at(0)->map("corrupt");
        QVERIFY(map->gridCellText(1, 2).contains(QStringLiteral("says ·d2")));
        QCOMPARE(map->gridColumnName(0), QStringLiteral("embed"));
    }

    void plotsShareLinesWhereThereIsRoom()
    {
        const auto view = viewOf(test::sampleAverage());
        view->setResult(shared(test::sampleAverage()));
        view->pages()->setCurrentIndex(1);
        view->resize(1100, 600);
        view->show();
        QVERIFY(QTest::qWaitForWindowExposed(view.get()));
        const auto plots = view->panel()->plots();
        QTRY_COMPARE(plots[0]->y(), plots[1]->y());
        view->resize(500, 600);
        QTRY_VERIFY(plots[1]->y() > plots[0]->y());
    }
};

QTEST_MAIN(TestChartView)
#include "tst_chart_view.moc"
