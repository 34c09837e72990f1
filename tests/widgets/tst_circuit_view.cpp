// SPDX-License-Identifier: GPL-3.0-or-later
// A circuit by the number of its edges: controls, pages, what goes into figures, the way to files.
#include "tests/widgets/sample_circuit.h"
#include "widgets/axis_slider.h"
#include "widgets/chart.h"
#include "widgets/chart_panel.h"
#include "widgets/circuit_text.h"
#include "widgets/circuit_view.h"
#include "widgets/graph_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QSignalSpy>
#include <QSlider>
#include <QTabBar>
#include <QToolButton>
#include <QtTest>

using namespace mnemo;

namespace {

ResultPtr shared(const Result& result)
{
    return std::make_shared<const Result>(result);
}

std::unique_ptr<CircuitView> viewOf(const Result& result)
{
    const ViewTable table = builtInViews();
    const ViewEntry* entry = viewFor(table, result);
    std::unique_ptr<CircuitView> view(qobject_cast<CircuitView*>(entry->make(nullptr)));
    if (view)
        view->setResult(shared(result));
    return view;
}

Circuit drawn(const CircuitView& view)
{
    return view.graph()->circuit();
}

template <typename Widget>
Widget* part(const CircuitView& view, const char* name)
{
    return view.findChild<Widget*>(QLatin1String(name));
}

const HeatmapGrid::Panel panelOf(const Result& result, const CircuitChoice& choice)
{
    Result shown = result;
    shown.head["choice"] = toJson(choice);
    return std::get<MapChart>(circuitCharts(shown, Metric::IndirectEffect).at(1).charts.at(0)).panels.at(0);
}

}  // namespace

class TestCircuitView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itBeginsWithWhatWasFound()
    {
        const auto view = viewOf(test::sampleCircuit());
        QVERIFY(view);
        QCOMPARE(int(drawn(*view).edges.size()), 4);
        QCOMPARE(view->edges()->slider()->maximum(), 2);
        QCOMPARE(view->edges()->index(), std::optional(1));
        QCOMPARE(view->measures()->text(),
                 QStringLiteral("4 of 6 edges kept (as many as the search found to be enough)\n"
                                "Held out: faithfulness 0.2, accuracy 0.21; train: faithfulness 0.22, accuracy 0.23; "
                                "completeness 0.6"));
    }

    void theSliderStopsWhereItWasMeasured()
    {
        const auto view = viewOf(test::sampleCircuit());
        QSignalSpy changed(view.get(), &ResultView::choiceChanged);
        view->edges()->slider()->setValue(2);
        QCOMPARE(int(drawn(*view).edges.size()), 6);
        QVERIFY(view->measures()->text().contains(QStringLiteral("faithfulness 0.3,")));
        QVERIFY(!view->measures()->text().contains(QStringLiteral("enough")));
        view->edges()->slider()->setValue(0);
        QCOMPARE(int(drawn(*view).edges.size()), 2);
        QCOMPARE(changed.count(), 2);
        QCOMPARE(view->choice()["edges"].get<int>(), 2);
    }

    void withoutMeasuresThereAreRoundNumbers()
    {
        const auto view = viewOf(test::wholeCircuit(48));
        QCOMPARE(view->edges()->slider()->maximum(), 7);
        QCOMPARE(view->chosen().edges, std::nullopt);
        QVERIFY(view->measures()->text().startsWith(QStringLiteral("200 of 1225 edges kept")));
        QVERIFY(view->measures()->text().contains(QStringLiteral("was not measured")));
        view->edges()->slider()->setValue(7);
        QCOMPARE(int(drawn(*view).edges.size()), 1225);
    }

    void edgesOffThePathsAreLeftOutOnDemand()
    {
        Result result = test::sampleCircuit();
        result.head["search"]["edges"] = 3;
        const auto view = viewOf(result);
        QCOMPARE(int(drawn(*view).edges.size()), 2);
        QVERIFY(view->measures()->text().contains(QStringLiteral("2 drawn: those on paths from embed to output")));
        part<QCheckBox>(*view, "circuitOnPaths")->setChecked(false);
        QCOMPARE(int(drawn(*view).edges.size()), 3);
    }

    void positionsAreMergedOrApart()
    {
        const auto view = viewOf(test::positionalCircuit());
        QCOMPARE(int(view->graph()->drawn().links.size()), 4);
        auto* merged = part<QCheckBox>(*view, "circuitMerged");
        QVERIFY(!merged->isHidden());
        merged->setChecked(false);
        QCOMPARE(int(view->graph()->drawn().links.size()), 5);
        QVERIFY(part<QCheckBox>(*viewOf(test::sampleCircuit()), "circuitMerged")->isHidden());
    }

    void nodesAreHiddenAndShownAgain()
    {
        const auto view = viewOf(test::sampleCircuit());
        Q_EMIT view->graph()->hideRequested(QStringLiteral("0"));
        QCOMPARE(int(drawn(*view).edges.size()), 2);
        QVERIFY(view->measures()->text().contains(QStringLiteral("without 1 hidden node")));
        QMenu* menu = part<QToolButton>(*view, "circuitNodes")->menu();
        Q_EMIT menu->aboutToShow();
        QStringList ticked;
        for (QAction* action : menu->actions())
            if (action->isChecked())
                ticked << action->text();
        QCOMPARE(ticked, (QStringList{"embed", "1", "output"}));
        for (QAction* action : menu->actions())
            if (action->text() == QLatin1String("0"))
                action->trigger();
        QCOMPARE(int(drawn(*view).edges.size()), 4);
        Q_EMIT view->graph()->hideRequested(QStringLiteral("1"));
        Q_EMIT view->graph()->showHiddenRequested();
        QVERIFY(view->chosen().hidden.empty());
    }

    void newerSnapshotsKeepWhatWasChosen()
    {
        const auto view = viewOf(test::sampleCircuit());
        view->edges()->slider()->setValue(0);
        Q_EMIT view->graph()->hideRequested(QStringLiteral("0"));
        view->pages()->setCurrentIndex(1);
        Result newer = test::sampleCircuit();
        test::setCell(newer, "attribution", 0, 1, 0, -0.9);
        view->setResult(shared(newer));
        QCOMPARE(view->pages()->currentIndex(), 1);
        QCOMPARE(view->chosen().edges, std::optional(2));
        QCOMPARE(view->edges()->index(), std::optional(0));
        QCOMPARE(view->chosen().hidden, (std::vector<std::string>{"0"}));
    }

    void aResultWithoutEdgesWaitsForThem()
    {
        Result first = test::sampleCircuit();
        first.arrays.clear();
        const auto view = viewOf(first);
        QVERIFY(view);
        QCOMPARE(view->pages()->count(), 0);
        QVERIFY(view->measures()->isHidden());
        view->setResult(shared(test::circuitResult(test::blockNames(2), {})));  // nothing attributed
        QCOMPARE(view->pages()->count(), 0);
        view->setResult(shared(test::sampleCircuit()));
        QCOMPARE(view->pages()->count(), 3);
        QVERIFY(!view->measures()->isHidden());
        Result damaged = test::sampleCircuit();
        damaged.arrays.front() = std::make_shared<const Array>(Array::make("attribution", {{"x", {"a"}}}, ""));
        view->setResult(shared(damaged));
        QCOMPARE(view->pages()->count(), 0);
        view->setResult(nullptr);
    }

    void theMatrixHasSourcesDownwards()
    {
        const HeatmapGrid::Panel panel = panelOf(test::sampleCircuit(), {});
        QCOMPARE(panel.array->axes[0].name, std::string("destination"));
        QCOMPARE(panel.array->at(2, 0), -0.4);  // embed → 1
        QCOMPARE(panel.array->at(0, 2), 0.0);
        QVERIFY(panel.range == std::optional(ValueRange{-0.4, 0.4}));
        QCOMPARE(panel.colourMap, QStringLiteral("rdbu"));
    }

    void theMatrixIsClamped()
    {
        CircuitChoice choice;
        choice.clamp = 0.0005;
        QVERIFY(panelOf(test::sampleCircuit(), choice).range == std::optional(ValueRange{-0.0005, 0.0005}));
        choice.matrix = EdgeValues::Exact;
        QVERIFY(std::abs(panelOf(test::sampleCircuit(), choice).array->at(2, 0) + 0.6) < 1e-12);
        choice.matrix = EdgeValues::Kept;
        const HeatmapGrid::Panel kept = panelOf(test::sampleCircuit(), choice);
        QCOMPARE(kept.array->at(2, 0), 1.0);
        QCOMPARE(kept.array->at(2, 1), 0.0);  // not among four
        QVERIFY(kept.range == std::optional(ValueRange{0, 1}));
    }

    void positionsOfTheMatrixAreSummed()
    {
        QVERIFY(std::abs(panelOf(test::positionalCircuit(), {}).array->at(2, 0) + 0.7) < 1e-12);
        CircuitChoice choice;
        choice.matrix = EdgeValues::Kept;
        QCOMPARE(panelOf(test::positionalCircuit(), choice).array->at(2, 0), 2.0);
        choice.matrix = EdgeValues::Exact;
        QCOMPARE(panelOf(test::positionalCircuit(), choice).array->state(2, 0), CellState::NotComputed);
    }

    void theMatrixFollowsItsControls()
    {
        const auto view = viewOf(test::sampleCircuit());
        view->pages()->setCurrentIndex(1);
        Heatmap* map = view->panel()->maps().at(0)->map("circuit");
        QCOMPARE(map->cellText({2, 0}), QStringLiteral("embed → 1: attribution −0.4"));
        QCOMPARE(map->cellText({0, 2}), QStringLiteral("1 → embed: no edge"));
        part<QComboBox>(*view, "circuitClamp")->setCurrentIndex(2);
        QCOMPARE(map->range().high, 0.0005);
        part<QComboBox>(*view, "circuitValues")->setCurrentIndex(1);
        QCOMPARE(map->cellText({2, 0}), QStringLiteral("embed → 1: exact effect −0.6"));
        part<QComboBox>(*view, "circuitValues")->setCurrentIndex(2);
        QVERIFY(!part<QComboBox>(*view, "circuitClamp")->isEnabled());
    }

    void curvesShowWhatWasMeasured()
    {
        const auto view = viewOf(test::sampleCircuit());
        view->pages()->setCurrentIndex(2);
        const LayerPlot* plot = view->panel()->plots().at(0);
        QCOMPARE(int(plot->series().size()), 5);
        QCOMPARE(plot->series()[0].values.front(), 0.1);
        QVERIFY(std::abs(plot->series()[4].values.back() - 0.7) < 1e-12);
        QCOMPARE(viewOf(test::wholeCircuit(3))->pages()->count(), 2);
    }

    void filesAreAskedFor()
    {
        const auto view = viewOf(test::sampleCircuit());
        QSignalSpy asked(view.get(), &ResultView::graphExportRequested);
        const auto actions = part<QToolButton>(*view, "exportGraph")->menu()->actions();
        QCOMPARE(actions.size(), 2);
        for (QAction* action : actions) {
            action->trigger();
            QVERIFY(view->graph()->actions().contains(action));
        }
        QCOMPARE(asked.count(), 2);
        QCOMPARE(asked[0].at(0).toBool(), false);
        QCOMPARE(asked[1].at(0).toBool(), true);
    }

    void captionsSayWhatIsDrawn()
    {
        Result result = test::sampleCircuit();
        QVERIFY(circuitSentences(result).contains(QStringLiteral("4 of 6 edges kept")));
        QVERIFY(circuitSentences(result).contains(QStringLiteral("faithfulness 0.2, accuracy 0.21")));
        CircuitChoice choice;
        choice.hidden = {"0"};
        result.head["choice"] = toJson(choice);
        QVERIFY(circuitSentences(result).contains(QStringLiteral("part of what was measured: 0.")));
        result.arrays.clear();
        QVERIFY(!circuitSentences(result).contains(QStringLiteral("edges kept")));
    }

    /// Moving the slider of the largest circuit must not build what nobody sees again and again.
    void theLargestCircuitIsDrawn()
    {
        const Result result = test::wholeCircuit(48, std::vector<std::string>(20, "p"));
        const auto view = viewOf(result);
        view->resize(900, 700);
        view->show();
        view->edges()->slider()->setValue(view->edges()->slider()->maximum());
        QCOMPARE(int(drawn(*view).edges.size()), 24500);
        QCOMPARE(int(view->graph()->drawn().links.size()), 1225);
        part<QCheckBox>(*view, "circuitMerged")->setChecked(false);
        QCOMPARE(int(view->graph()->drawn().links.size()), 24500);
        QVERIFY(!view->grab().isNull());
    }
};

QTEST_MAIN(TestCircuitView)
#include "tst_circuit_view.moc"
