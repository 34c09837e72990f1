// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits in the real window with the real engine: pairs, where they differ, inside a layer, a belief, the graph, its
// threshold, exports.
#include "tests/gui/window_fixture.h"

#include "core/data/circuit.h"
#include "core/io/session_choices.h"
#include "ui/experiment_dialog.h"
#include "ui/result_panel.h"
#include "ui/schema_form.h"
#include "ui/trace_tabs.h"
#include "widgets/axis_slider.h"
#include "widgets/bar_list.h"
#include "widgets/chart_panel.h"
#include "widgets/chart_view.h"
#include "widgets/circuit_view.h"
#include "widgets/graph_view.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>
#include <QTimer>
#include <QToolButton>

using namespace mnemo;
using namespace mnemo::test;

class TestCircuitWindow : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

    TraceTabs* tabs() const { return child<TraceTabs>(*m_window, "traceTabs"); }
    ResultPanel* front() const { return tabs()->resultPanel(tabs()->resultInFront()); }

    const ResultEntry* last() const
    {
        return m_window->results().all().empty() ? nullptr : &m_window->results().all().back();
    }

    bool isFinished(const char* kind) const
    {
        return last() && last()->state == JobState::Finished && last()->result->kind == kind;
    }

    void ask(const char* experiment, const Json& parameters) const
    {
        child<QAction>(*m_window, QString("action_%1").arg(experiment).toLatin1())->trigger();
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        form->fields()->setValues(parameters);
        QTest::mouseClick(form->findChild<QPushButton*>("runExperiment"), Qt::LeftButton);
    }

    CircuitView* circuit() const { return front()->findChild<CircuitView*>(); }

    /// From the view's menu, by the file dialog.
    QByteArray exported(int entry, const QString& name) const
    {
        const QString file = m_fixture.path(name);
        QTimer::singleShot(0, [&file] {
            auto* asked = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            asked->findChild<QLineEdit*>("fileNameEdit")->setText(file);
            QMetaObject::invokeMethod(asked, "accept");
        });
        circuit()->findChild<QToolButton*>("exportGraph")->menu()->actions().at(entry)->trigger();
        QFile written(file);
        return written.open(QIODevice::ReadOnly) ? written.readAll() : QByteArray();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
    }

    void init() { QApplication::setActiveWindow(m_window.get()); }

    void cleanupTestCase() { m_window.reset(); }

    void pairsThatCannotBeUsedAreSaid()
    {
        const QString file = m_fixture.path("odd.jsonl");
        QFile odd(file);
        QVERIFY(odd.open(QIODevice::WriteOnly));
        odd.write("{\"clean\":\"Mary gave\",\"corrupt\":\"Mary gave\",\"answer\":\"a\",\"corrupt_answer\":\"b\"}\n");
        odd.close();
        ask("ioi", {{"pairs", file.toStdString()}});
        QTRY_VERIFY_WITH_TIMEOUT(message(*m_window).contains("line 1"), patienceMs);
        m_window->results().remove(last()->id);
    }

    void whereTheyDiffer()
    {
        ask("ioi", {{"pairs", ""}, {"count", 2}, {"parts", {"resample", "removal"}}});
        QTRY_VERIFY2_WITH_TIMEOUT(isFinished("ioi"), qPrintable(message(*m_window)), patienceMs);
        const auto* view = front()->findChild<ChartView*>();
        QCOMPARE(view->pages()->count(), 2);
        QCOMPARE(view->panel()->maps().front()->sites().size(), std::size_t(4));  // all pairs, and three corruptions
    }

    void aLayerIsLookedInto()
    {
        const int before = last()->id;
        const auto* view = front()->findChild<ChartView*>();
        Q_EMIT view->panel()->maps().front()->cellClicked("resample", {3, 2});
        QTest::mouseClick(view->findChild<QPushButton*>("layerOffer"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(last()->id != before && isFinished("ioi-layer"), patienceMs);
        QVERIFY(last()->result->head.at("layer") == 3);
        QVERIFY(last()->result->parameters.at("count") == 2);
    }

    void itBelievesInAnotherName()
    {
        type(child<QLineEdit>(*m_window, "promptEdit"), "When Mary and John went to the store, John gave a drink to");
        ask("ioi-believe", {{"slot", 1}, {"believe", "Alice"}});
        QTRY_VERIFY2_WITH_TIMEOUT(isFinished("ioi-believe"), qPrintable(message(*m_window)), patienceMs);
        const QWidget* panel = front();
        auto* strength = panel->findChild<AxisSlider*>("believeStrength");
        const auto* names = panel->findChild<BarList*>("believeNames");
        const auto shown = [&](int value) {
            strength->slider()->setValue(value);
            QStringList cells;
            for (int row = 0; row < names->rows(); ++row)
                cells << names->gridCellText(row, 0) << names->gridCellText(row, 1);
            return cells;
        };
        const QStringList still = shown(strength->slider()->minimum()), moved = shown(strength->slider()->maximum());
        QVERIFY2(still != moved, qPrintable(moved.join(", ")));
        const int before = last()->id;
        panel->findChild<QComboBox*>("believeName")->setCurrentText("Oliver");
        QTest::mouseClick(panel->findChild<QPushButton*>("believeAsk"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(last()->id != before && isFinished("ioi-believe"), patienceMs);
        QVERIFY(last()->result->parameters.at("believe") == "Oliver");
    }

    void aCircuitIsFound()
    {
        ask("circuit", {{"count", 4}, {"points", 3}, {"sizes", 6}, {"exact", 3}, {"positional", true}});
        QTRY_VERIFY2_WITH_TIMEOUT(isFinished("circuit"), qPrintable(message(*m_window)), patienceMs);
        QVERIFY(edgesFound(*last()->result).has_value());
        QVERIFY(circuit()->measures()->text().contains(QString::number(*edgesFound(*last()->result))));
    }

    void itsThresholdIsMoved()
    {
        QSlider* slider = circuit()->edges()->slider();
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_End);
        const std::vector<CircuitMeasure> measures = circuitMeasures(*last()->result);
        QVERIFY(circuit()->measures()->text().contains(QString::number(measures.back().edges)));
        const QString all = circuit()->measures()->text();
        QTest::keyClick(slider, Qt::Key_Left);
        QVERIFY(circuit()->measures()->text() != all);
        QVERIFY(circuit()->chosen().edges == measures[measures.size() - 2].edges);
    }

    void theGraphIsExported()
    {
        const int kept = *circuit()->chosen().edges;
        const QByteArray drawn = exported(0, "drawn.json"), whole = exported(1, "whole.json");
        const Json drawnJson = Json::parse(drawn.toStdString()), wholeJson = Json::parse(whole.toStdString());
        QCOMPARE(wholeJson.at("edges").size(), circuitOf(*last()->result).edges.size());
        QVERIFY(int(drawnJson.at("edges").size()) <= kept && !drawnJson.at("edges").empty());
        QVERIFY(exported(0, "drawn.dot").contains("digraph"));
        QVERIFY(exported(1, "whole.graphml").contains("<graphml"));
        for (const char* name : {"circuit.png", "circuit.svg"})
            QVERIFY2(m_window->exportTo(m_fixture.path(name)), qPrintable(message(*m_window)));
        QVERIFY(QImage(m_fixture.path("circuit.png")).width() > 400);
    }

    /// Threshold and hidden blocks are as they were when the session is opened again, and in figures drawn of it.
    void whatIsShownIsKeptWithTheSession()
    {
        const auto circuitPanel = [this] {
            for (const ResultEntry& entry : m_window->results().all())
                if (entry.result && entry.result->kind == "circuit")
                    tabs()->showResult(entry.id);
            return circuit();
        };
        CircuitChoice choice = circuitPanel()->chosen();
        choice.edges = 1;
        choice.hidden = {"10"};
        choice.merged = !choice.merged;
        circuit()->setChoice(choice);
        const QString file = m_fixture.path("circuit.mnemo");
        QVERIFY(m_window->saveSession(file));
        QCOMPARE(runChoices(readSession(file.toStdString())).size(), std::size_t(1));
        m_window.reset();
        m_window = m_fixture.open();
        QVERIFY(m_window->openSession(file));
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        const CircuitView* again = circuitPanel();
        QVERIFY(again);
        QVERIFY(again->chosen() == choice);
    }
};

QTEST_MAIN(TestCircuitWindow)
#include "tst_circuit_window.moc"
