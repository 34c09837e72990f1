// SPDX-License-Identifier: GPL-3.0-or-later
// What a user does from the first start on, with keys and mouse, in the real window with the real engine.
#include "tests/gui/window_fixture.h"

#include "ui/details_dock.h"
#include "ui/trace_tabs.h"
#include "widgets/bar_list.h"
#include "widgets/block_diagram.h"
#include "widgets/heatmap_grid.h"
#include "widgets/line_plot.h"
#include "widgets/token_chips.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>
#include <QTabWidget>
#include <algorithm>
#include <cmath>

using namespace mnemo;
using namespace mnemo::test;

class TestMainWindow : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

private Q_SLOTS:
    void initTestCase()
    {
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
    }

    void init() { QApplication::setActiveWindow(m_window.get()); }  // another window may have been there

    void cleanupTestCase() { m_window.reset(); }

    void theFirstStartShowsAFact()
    {
        const Trace& trace = *finished(*m_window);
        const Json& head = trace.result->head;
        QCOMPARE(QString::fromStdString(head.at("target").at("text").get<std::string>()), QStringLiteral(" London"));
        QVERIFY(head.at("p_clean").get<double>() > 0.5);
        QVERIFY(head.at("p_corrupt").get<double>() < 0.1);
        QVERIFY(head.at("sites") == Json({"h", "a", "s", "g", "o"}));
        const int subjectLast = head.at("subject").at(1).get<int>() - 1;
        const int last = int(head.at("tokens").size()) - 1;
        // The fact is read at the subject in the first layers and at the last token in the last ones (Fig. 2).
        QVERIFY(value(trace, "h.p", 4, subjectLast) > 0.5);
        QVERIFY(value(trace, "h.p", 9, subjectLast) < 0.1);
        QVERIFY(value(trace, "h.p", 2, last) < 0.1);
        QVERIFY(value(trace, "h.p", 9, last) > 0.5);
        QVERIFY(child<QLabel>(*m_window, "traceHeading")->text().contains("London"));
        QVERIFY(map(*m_window, "o"));
    }

    void aTypedFactIsTracedAndItsTokensAndCellsAnswer()
    {
        typeFact(*m_window, "Westminster Abbey is located in the city of", "Westminster Abbey", "Louvre Museum");
        auto* chips = child<TokenChips>(*m_window, "cleanChips");
        QTRY_VERIFY_WITH_TIMEOUT(!chips->tokens().empty() && chips->tokens().front().text == " Westminster",
                                 patienceMs);
        auto* bars = child<BarList>(*m_window, "nextTokens");
        QTRY_VERIFY_WITH_TIMEOUT(bars->gridCellText(0, 0).contains("London"), patienceMs);
        QVERIFY(child<QLabel>(*m_window, "traceBadge")->text().contains("outdated"));

        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == "Westminster Abbey",
                                 patienceMs);
        const Trace trace = *finished(*m_window);
        const int tokens = int(trace.result->head.at("tokens").size());
        QCOMPARE(int(chips->tokens().size()), tokens);

        auto* details = child<DetailsDock>(*m_window, "detailsDock");
        QTest::mouseClick(chips, Qt::LeftButton, {}, chips->chipRect(1).center());
        QCOMPARE(m_window->selection().token(), 1);
        LinePlot* curves = details->curves();
        QCOMPARE(curves->gridColumns(), 5);  // every site
        QCOMPARE(curves->gridRows(), 12);    // every layer
        QCOMPARE(curves->gridColumnName(0), QStringLiteral("h"));

        clickCell(*m_window, "h", {3, 2});
        QCOMPARE(m_window->selection().cell(), (Cell{3, 2}));
        QTRY_VERIFY_WITH_TIMEOUT(details->bars()->rows() == 10, patienceMs);
        for (const char* run : {"clean", "corrupted", "patched"})
            QVERIFY2(details->bars()->gridCellText(0, 0).contains(run),
                     qPrintable(details->bars()->gridCellText(0, 0)));
        const double p = value(trace, "h.p", 3, 2);
        QVERIFY2(details->numbers().contains(QString::number(p, 'g', 3)), qPrintable(details->numbers()));
    }

    void thePictureOfTheBlockChoosesTheSite()
    {
        auto* block = child<BlockDiagram>(*m_window, "blockDiagram");
        QVERIFY(block->state("h")->isChecked());  // the cell of the map that was clicked
        QVERIFY(!block->state("c")->isEnabled());
        const Cell cell = m_window->selection().cell();
        block->state("s")->click();
        QCOMPARE(m_window->selection().site(), QStringLiteral("s"));
        QCOMPARE(m_window->selection().cell(), cell);
        QVERIFY(map(*m_window, "s")->hasFocus() || !m_window->isActiveWindow());
    }

    void anotherMetricShowsOtherValuesOfTheSameRun()
    {
        auto* metric = child<QComboBox>(*m_window, "metricCombo");
        const Trace trace = *finished(*m_window);
        QCOMPARE(map(*m_window, "h")->array()->unit, std::string("IE"));
        metric->setCurrentIndex(metric->findData("p"));
        QCOMPARE(map(*m_window, "h")->array()->at(3, 2), value(trace, "h.p", 3, 2));
        metric->setCurrentIndex(metric->findData("logp"));
        QVERIFY(std::abs(std::exp(map(*m_window, "h")->array()->at(3, 2)) - value(trace, "h.p", 3, 2)) < 1e-6);
        metric->setCurrentIndex(metric->findData("ie"));
        QCOMPARE(finished(*m_window)->id, trace.id);  // nothing ran again
    }

    void aWiderWindowOutdatesTheTrace()
    {
        const Trace before = *finished(*m_window);
        child<QSlider>(*m_window, "windowSlider")->setValue(5);
        QVERIFY(m_window->traces().current()->stale);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->window == "5", patienceMs);
        const Trace after = *finished(*m_window);
        QVERIFY(!after.stale);
        QVERIFY(std::abs(value(after, "o.p", 3, 1) - value(before, "o.p", 3, 1)) > 1e-6);
        child<QSlider>(*m_window, "windowSlider")->setValue(0);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->window == "auto", patienceMs);
    }

    void aClickOnABarChoosesTheAnswerAndAltClickTheFoil()
    {
        auto* bars = child<BarList>(*m_window, "nextTokens");
        QTRY_VERIFY_WITH_TIMEOUT(bars->rows() > 3, patienceMs);
        const int answer = bars->tokenId(2), foil = bars->tokenId(3);
        QTest::mouseClick(bars, Qt::LeftButton, {}, bars->rowRect(2).center());
        QTRY_VERIFY_WITH_TIMEOUT(
            finished(*m_window) && finished(*m_window)->result->head.at("target").at("id") == answer, patienceMs);
        int row = 0;
        while (bars->tokenId(row) != foil)
            QVERIFY(++row < bars->rows());
        QTest::mouseClick(bars, Qt::LeftButton, Qt::AltModifier, bars->rowRect(row).center());
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->result->head.at("foil").at("id") == foil,
                                 patienceMs);
        QCOMPARE(finished(*m_window)->result->head.at("target").at("id").get<int>(), answer);
    }

    void ShiftAndDragPatchesABlock()
    {
        Heatmap* h = map(*m_window, "h");
        const QPoint from = h->cellRect({1, 0}).center().toPoint(), to = h->cellRect({4, 2}).center().toPoint();
        QTest::mousePress(h, Qt::LeftButton, Qt::ShiftModifier, from);
        QTest::mouseMove(h, (from + to) / 2);
        QTest::mouseMove(h, to);
        QTest::mouseRelease(h, Qt::LeftButton, Qt::ShiftModifier, to);
        QTRY_VERIFY_WITH_TIMEOUT(child<QLabel>(*m_window, "detailsBarsTitle")->text().contains("layers.1-4.h@0-2"),
                                 patienceMs);
    }

    void aPinnedTraceStaysAndIsComparedWithTheNext()
    {
        auto* tabs = m_window->findChild<TraceTabs*>("traceTabs")->findChild<QTabWidget*>();
        QTest::mouseClick(child<QPushButton>(*m_window, "pinButton"), Qt::LeftButton);
        const int pinned = m_window->traces().current()->id;
        QVERIFY(m_window->traces().current()->pinned);
        typeFact(*m_window, "Eiffel Tower is located in the city of", "Eiffel Tower", "Brandenburg Gate");
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->id != pinned, patienceMs);
        QVERIFY(m_window->traces().find(pinned));
        QCOMPARE(tabs->count(), 2);
        // One trace's patched numbers never stand under another's name.
        clickCell(*m_window, "h", {3, 2});
        auto* details = child<DetailsDock>(*m_window, "detailsDock");
        QTRY_VERIFY_WITH_TIMEOUT(details->bars()->rows() == 10, patienceMs);
        const int current = m_window->traces().current()->id;
        m_window->traces().setCurrent(pinned);
        QCOMPARE(details->bars()->rows(), 0);
        QCOMPARE(m_window->selection().token(), -1);
        m_window->traces().setCurrent(current);
        child<QAction>(*m_window, "action_difference")->trigger();
        QCOMPARE(tabs->count(), 3);
        QVERIFY(child<QLabel>(*m_window, "differenceNote")->text().contains("by role"));
        auto* difference = tabs->currentWidget()->findChild<HeatmapGrid*>();
        const ArrayPtr effects = difference->map("h")->array();
        auto* metric = child<QComboBox>(*m_window, "metricCombo");
        metric->setCurrentIndex(metric->findData("kl"));
        QVERIFY(difference->map("h")->array()->values != effects->values);
        metric->setCurrentIndex(metric->findData("ie"));
        QVERIFY(std::ranges::equal(difference->map("h")->array()->values, effects->values, [](double a, double b) {
            return a == b || (std::isnan(a) && std::isnan(b));  // a role that only one of them has
        }));
        m_window->traces().remove(pinned);
        QCOMPARE(tabs->count(), 2);
        QTest::keyClick(m_window.get(), Qt::Key_W, Qt::ControlModifier);
        QCOMPARE(tabs->count(), 1);
    }

    void keysGoFromMapToMap()
    {
        map(*m_window, "h")->setFocus();
        QTest::keyClick(map(*m_window, "h"), Qt::Key_3);
        QCOMPARE(QApplication::focusWidget(), map(*m_window, "s"));
        QTest::keyClick(map(*m_window, "s"), Qt::Key_1);
        QCOMPARE(QApplication::focusWidget(), map(*m_window, "h"));
    }

    void theColoursOfTheMapsAreChosenAndKept()
    {
        const auto colour = [this](const char* site) { return map(*m_window, site)->cellColour({3, 2}); };
        const QColor hue = colour("h");
        child<QAction>(*m_window, "action_colours_cividis")->trigger();
        QVERIFY(colour("h") != hue);
        m_window->keeper().discard();
        QVERIFY(m_window->close());
        {
            const auto other = m_fixture.open();
            QVERIFY(child<QAction>(*other, "action_colours_cividis")->isChecked());
        }
        m_window->show();
        QApplication::setActiveWindow(m_window.get());
        child<QAction>(*m_window, "action_colours_")->trigger();
        QCOMPARE(colour("h"), hue);
    }

    void aSessionComesBackAsItWas()
    {
        const Trace trace = *finished(*m_window);
        const QString file = m_fixture.path("kept.mnemo");
        auto* metric = child<QComboBox>(*m_window, "metricCombo");
        metric->setCurrentIndex(metric->findData("rank"));
        QVERIFY(m_window->saveSession(file));
        metric->setCurrentIndex(metric->findData("ie"));
        const auto other = m_fixture.open();
        QVERIFY(other->openSession(file));
        QCOMPARE(child<QComboBox>(*other, "metricCombo")->currentData().toString(), QStringLiteral("rank"));
        const Trace* opened = other->traces().current();
        QVERIFY(opened && opened->result);
        QCOMPARE(opened->form.subject, trace.form.subject);
        for (const char* name : {"h.p", "s.rank", "o.kl"})
            QVERIFY(opened->result->find(name)->values == trace.result->find(name)->values);

        QFile damaged(m_fixture.path("damaged.mnemo"));
        QVERIFY(damaged.open(QIODevice::WriteOnly) && damaged.write("not a session") > 0);
        damaged.close();
        QVERIFY(!other->openSession(damaged.fileName()));
        QVERIFY(message(*other).contains("damaged.mnemo"));
        QCOMPARE(other->traces().current()->form.subject, trace.form.subject);
    }

    void figuresAndDataAreWritten()
    {
        for (const auto& [name, start] : {std::pair{"f.png", "\x89PNG"},
                                          {"f.svg", "<?xml"},
                                          {"f.pdf", "%PDF"},
                                          {"f.csv", "# mnemo.trace/1"},
                                          {"f.json", "{"}}) {
            const QString file = m_fixture.path(name);
            QVERIFY2(m_window->exportTo(file), qPrintable(message(*m_window)));
            QFile written(file);
            QVERIFY(written.open(QIODevice::ReadOnly));
            QVERIFY2(written.readAll().startsWith(start), name);
        }
        QVERIFY(!m_window->exportTo(m_fixture.path("kept.mnemo/below/a/file.png")));
        QVERIFY(message(*m_window).contains("file.png"));
    }

    void anotherModelTracesTheSameFact()
    {
        const QString answer =
            QString::fromStdString(finished(*m_window)->result->head.at("target").at("text").get<std::string>());
        auto* bars = child<BarList>(*m_window, "nextTokens");
        QTRY_VERIFY_WITH_TIMEOUT(bars->tokenId(0) == finished(*m_window)->result->head.at("target").at("id"),
                                 patienceMs);
        QTest::mouseClick(bars, Qt::LeftButton, {}, bars->rowRect(0).center());
        auto* models = child<QComboBox>(*m_window, "modelCombo");
        const int row = models->findData("mnemo-pythia");
        QVERIFY(row >= 0);
        models->setFocus();
        while (models->currentIndex() < row)
            QTest::keyClick(models, Qt::Key_Down);
        QTRY_VERIFY_WITH_TIMEOUT(
            finished(*m_window) && finished(*m_window)->result->head.at("sites") == Json({"h", "attn", "mlp"}),
            patienceMs);
        QVERIFY(map(*m_window, "attn"));
        QVERIFY(!map(*m_window, "s"));
        QVERIFY(child<QLabel>(*m_window, "traceHeading")->text().contains("mnemo-pythia"));
        // The answer chosen as a bar of the other model is the same word here, not the same number.
        QCOMPARE(QString::fromStdString(finished(*m_window)->result->head.at("target").at("text").get<std::string>()),
                 answer);
        // Longer than this model takes: said, and the trace that was there stays.
        const int before = m_window->traces().current()->id;
        auto* prompt = child<QLineEdit>(*m_window, "promptEdit");
        const QString kept = prompt->text();
        type(prompt, {});
        QApplication::clipboard()->setText("Eiffel Tower " + QString("and the old city ").repeated(80) + "of");
        QTest::keyClick(prompt, Qt::Key_V, Qt::ControlModifier);
        child<QAction>(*m_window, "action_trace")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(message(*m_window).contains("256"), 4000);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->traces().current()->id, before, patienceMs);
        type(prompt, kept);

        models->setFocus();
        while (models->currentIndex() > 0)
            QTest::keyClick(models, Qt::Key_Up);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->result->head.at("sites").size() == 5,
                                 patienceMs);
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
