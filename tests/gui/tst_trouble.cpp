// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong under a user's hands, in the real window with the real engine: nothing is lost, and the way on is
// said.
#include "core/io/session.h"
#include "tests/gui/window_fixture.h"

#include "ui/details_dock.h"
#include "ui/log_dock.h"
#include "ui/trace_panel.h"
#include "ui/trace_tabs.h"
#include "widgets/bar_list.h"
#include "widgets/token_chips.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <csignal>

using namespace mnemo;
using namespace mnemo::test;

class TestTrouble : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;
    ResultPtr m_whole;  ///< the noise trace, not disturbed

    /// Starts the trace with noise, ten runs for each cell, and waits until some cells are there but not all.
    void traceHalfway()
    {
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(
            [this] {
                const Trace* trace = m_window->traces().current();
                return trace && trace->state == JobState::Running && trace->result && trace->result->done > 0.05 &&
                       trace->result->done < 0.9;
            }(),
            patienceMs);
    }

    /// A session file with the undisturbed trace.
    QString kept()
    {
        const QString file = m_fixture.path("whole.mnemo");
        Session session;
        session.results = {m_whole};
        writeSession(session, file.toStdString());
        return file;
    }

    void noNoise() { child<QComboBox>(*m_window, "corruptionCombo")->setCurrentIndex(0); }

    static std::size_t computed(const Result& result)
    {
        std::size_t count = 0;
        for (const ArrayPtr& array : result.arrays)
            count += std::size_t(std::ranges::count(array->states, CellState::Computed));
        return count;
    }

    /// Every cell that is there equals the undisturbed trace's.
    void compareWithWhole(const Result& result)
    {
        for (const ArrayPtr& array : result.arrays) {
            const ArrayPtr whole = m_whole->find(array->name);
            QVERIFY(whole && whole->size() == array->size());
            for (std::size_t i = 0; i < array->size(); ++i)
                if (array->states[i] == CellState::Computed && array->unit == "probability")
                    QVERIFY(std::abs(array->values[i] - whole->values[i]) < 1e-5);
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        child<QComboBox>(*m_window, "corruptionCombo")->setCurrentIndex(1);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.noise > 0, patienceMs);
        m_whole = finished(*m_window)->result;
        QCOMPARE(m_whole->done, 1.0);
    }

    void init() { QApplication::setActiveWindow(m_window.get()); }  // another window may have been there

    void cleanupTestCase() { m_window.reset(); }

    void escapeKeepsWhatIsDoneAndResumeCompletesIt()
    {
        traceHalfway();
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        const Trace* trace = m_window->traces().current();
        QCOMPARE(trace->state, JobState::Stopped);  // at once, whatever the engine still does
        const std::size_t kept = computed(*trace->result);
        QVERIFY(kept > 0 && kept < computed(*m_whole));
        compareWithWhole(*trace->result);
        QVERIFY(child<QLabel>(*m_window, "traceBadge")->text().contains("% of cells"));

        auto* resume = child<QPushButton>(*m_window, "resumeButton");
        QVERIFY(resume->isVisible());
        QTest::mouseClick(resume, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        QCOMPARE(finished(*m_window)->result->done, 1.0);
        QCOMPARE(computed(*finished(*m_window)->result), computed(*m_whole));
        compareWithWhole(*finished(*m_window)->result);
    }

    void aKilledEngineIsStartedAgainAndTheWorkGoesOn()
    {
        traceHalfway();
        EngineClient& engine = m_window->engine();
        const qint64 before = engine.processId();
        QVERIFY(before > 0);
        QCOMPARE(::kill(pid_t(before), SIGKILL), 0);
        QTRY_VERIFY_WITH_TIMEOUT(message(*m_window).contains("engine", Qt::CaseInsensitive), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->traces().current()->state == JobState::Stopped, patienceMs);
        QVERIFY(computed(*m_window->traces().current()->result) > 0);
        QTRY_VERIFY_WITH_TIMEOUT(engine.state() == EngineClient::State::Ready && engine.processId() != before,
                                 patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(message(*m_window).contains("started again"), patienceMs);

        QTest::mouseClick(child<QPushButton>(*m_window, "resumeButton"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        QCOMPARE(computed(*finished(*m_window)->result), computed(*m_whole));
        compareWithWhole(*finished(*m_window)->result);
    }

    void aPatchThatIsStoppedCanBeAskedForAgain()
    {
        const auto* title = child<QLabel>(*m_window, "detailsBarsTitle");
        const auto* bars = child<DetailsDock>(*m_window, "detailsDock")->bars();
        const pid_t engine = pid_t(m_window->engine().processId());
        QCOMPARE(::kill(engine, SIGSTOP), 0);
        clickCell(*m_window, "h", {4, 1});
        QVERIFY(title->text().contains("Patching layers.4.h@1=clean"));
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QVERIFY2(title->text().contains("stopped"), qPrintable(title->text()));
        QCOMPARE(::kill(engine, SIGCONT), 0);
        clickCell(*m_window, "h", {4, 1});  // the same cell
        QTRY_VERIFY_WITH_TIMEOUT(bars->rows() == 10 && title->text().endsWith("layers.4.h@1=clean"), patienceMs);
    }

    void aSessionOfAnotherModelShowsItsResults()
    {
        auto session = readSession(kept().toStdString());
        auto other = std::make_shared<Result>(*session.results.front());
        other->model["name"] = "mnemo-pythia";
        other->model["hash"] = "0123456789abcdef";
        session.results = {other};
        writeSession(session, m_fixture.path("other.mnemo").toStdString());
        const int here = m_window->traces().current()->id;
        QVERIFY(m_window->openSession(m_fixture.path("other.mnemo")));
        QVERIFY(m_window->traces().find(here));  // what was traced stays, pinned
        QVERIFY2(message(*m_window).contains("Results only") && message(*m_window).contains("mnemo-pythia"),
                 qPrintable(message(*m_window)));
        clickCell(*m_window, "h", {4, 1});
        auto* details = child<QLabel>(*m_window, "detailsNumbers");
        QTRY_VERIFY2_WITH_TIMEOUT(details->text().contains("0123456789abcdef"), qPrintable(details->text()),
                                  patienceMs);
        QTest::mouseClick(child<QPushButton>(*m_window, "message_loadModel:mnemo-pythia"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(m_window->engine().model().value("name", "")),
                                  QStringLiteral("mnemo-pythia"), patienceMs);
        auto* models = child<QComboBox>(*m_window, "modelCombo");
        models->setFocus();
        while (models->currentIndex() > 0)
            QTest::keyClick(models, Qt::Key_Up);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->model != "0123456789abcdef", patienceMs);
    }

    void otherResultsOfASessionAreShownAndKept()
    {
        auto session = readSession(kept().toStdString());
        auto other = std::make_shared<Result>();
        other->kind = "predict";
        other->title = "what comes next";
        other->model = session.results.front()->model;
        other->parameters = other->provenance = Json::object();
        other->head = {{"top", {{{"id", 5}, {"text", " Rome"}, {"p", 0.75}}}}};
        session.results = {other};
        writeSession(session, m_fixture.path("predict.mnemo").toStdString());
        QVERIFY2(m_window->openSession(m_fixture.path("predict.mnemo")), qPrintable(message(*m_window)));
        auto* tabs = m_window->findChild<TraceTabs*>("traceTabs")->findChild<QTabWidget*>();
        const int shown = tabs->count() - 1;
        QCOMPARE(tabs->tabText(shown), QStringLiteral("what comes next"));
        QCOMPARE(tabs->widget(shown)->findChild<BarList*>()->rows(), 1);
        const auto saved = [this](const char* kind) {
            if (!m_window->saveSession(m_fixture.path("both.mnemo")))
                return std::ptrdiff_t(-1);
            const auto results = readSession(m_fixture.path("both.mnemo").toStdString()).results;
            return std::ranges::count(results, kind, [](const ResultPtr& result) { return result->kind; });
        };
        QCOMPARE(saved("predict"), 1);
        QCOMPARE(saved("trace"), std::ptrdiff_t(m_window->traces().all().size()));
        tabs->tabCloseRequested(shown);  // what is closed is not saved, as with traces
        QCOMPARE(saved("predict"), 0);
    }

    void aSubjectThatIsNotInThePromptIsSaidAtOnce()
    {
        noNoise();
        typeFact(*m_window, "Trevi Fountain is located in the city of", "Pantheon", "Louvre Museum");
        const auto* error = child<QLabel>(*m_window, "formError");
        QTRY_VERIFY_WITH_TIMEOUT(error->isVisible() && error->text().contains("Pantheon"), patienceMs);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QVERIFY(message(*m_window).contains("Pantheon"));
        QTest::mouseClick(child<QPushButton>(*m_window, "guessButton"), Qt::LeftButton);
        QCOMPARE(child<QLineEdit>(*m_window, "subjectEdit")->text(), QStringLiteral("Trevi Fountain"));
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == "Trevi Fountain",
                                 patienceMs);
        QVERIFY(message(*m_window).isEmpty());
    }

    void anEmptyPromptIsNotTraced()
    {
        const int before = m_window->traces().current()->id;
        type(child<QLineEdit>(*m_window, "promptEdit"), "");
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QVERIFY(message(*m_window).contains("prompt", Qt::CaseInsensitive));
        QCOMPARE(m_window->traces().current()->id, before);
    }

    void aSwapOfAnotherLengthIsOfferedTheRight()
    {
        noNoise();
        typeFact(*m_window, "Trevi Fountain is located in the city of", "Trevi Fountain", "Eiffel Tower");
        auto* align = child<QCheckBox>(*m_window, "alignCheck");
        QTRY_VERIFY_WITH_TIMEOUT(align->isVisible(), patienceMs);
        QVERIFY(child<QLabel>(*m_window, "formError")->text().contains("2 and 4"));
        type(child<QLineEdit>(*m_window, "targetEdit"), "Rome");  // the warning stays while another field is edited
        QVERIFY(child<QLabel>(*m_window, "formError")->text().contains("2 and 4"));
        type(child<QLineEdit>(*m_window, "targetEdit"), "");
        QTest::mouseClick(align, Qt::LeftButton, {}, {8, align->height() / 2});
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.alignRight, patienceMs);
        QCOMPARE(finished(*m_window)->result->done, 1.0);
        QTest::mouseClick(align, Qt::LeftButton, {}, {8, align->height() / 2});
    }

    void aSwapThatChangesNothingIsExplained()
    {
        noNoise();
        typeFact(*m_window, "Trevi Fountain is located in the city of", "Trevi Fountain", "Trevi Fountain");
        const int before = m_window->traces().current()->id;
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(!message(*m_window).isEmpty(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->traces().current()->state != JobState::Running, patienceMs);
        QVERIFY2(message(*m_window).contains("agree") || message(*m_window).contains("swap"),
                 qPrintable(message(*m_window)));
        QVERIFY(m_window->traces().find(before) || finished(*m_window));
    }

    void settingsThatCannotBeWrittenAreSaid()
    {
        QFile file(m_fixture.path("a-file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        const auto window = m_fixture.open(m_fixture.path("a-file/settings.ini"));
        QVERIFY2(message(*window).contains("settings.ini"), qPrintable(message(*window)));
        QTRY_VERIFY_WITH_TIMEOUT(finished(*window), patienceMs);
        QVERIFY(window->close());
        QVERIFY2(child<LogDock>(*window, "logDock")->text().contains("settings.ini"),
                 qPrintable(child<LogDock>(*window, "logDock")->text()));
    }

    void aModelThatIsNotThereLeavesTheOldOne()
    {
        noNoise();
        typeFact(*m_window, "Trevi Fountain is located in the city of", "Trevi Fountain", "Louvre Museum");
        const std::string hash = m_window->engine().modelHash();
        QVERIFY(!hash.empty());
        QDir().mkdir(m_fixture.path("no-model"));
        QVERIFY(drop(*m_window, m_fixture.path("no-model")));
        QTRY_VERIFY_WITH_TIMEOUT(message(*m_window).contains("no-model"), patienceMs);
        QCOMPARE(m_window->engine().modelHash(), hash);
        QCOMPARE(child<QComboBox>(*m_window, "modelCombo")->currentData().toString(), QStringLiteral("mnemo-mamba"));
        const qint64 before = m_window->engine().processId();  // nor does a restart ask for the broken one
        m_window->engine().restart();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->engine().state() == EngineClient::State::Ready &&
                                     m_window->engine().processId() != before && !m_window->engine().isLoading(),
                                 patienceMs);
        QCOMPARE(m_window->engine().modelHash(), hash);
        const int old = m_window->traces().current()->id;
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->id != old, patienceMs);
        QCOMPARE(finished(*m_window)->form.swap, QStringLiteral("Louvre Museum"));
    }

    void anEngineThatTalksNonsenseIsGivenUpWithAMessage()
    {
        WindowOptions options;
        options.safeMode = true;
        options.dataFolder = MNEMO_RESOURCES;
        options.engine = {"/bin/echo", {"this is no engine"}};
        MainWindow window(options);
        window.show();
        window.begin();
        QTRY_VERIFY_WITH_TIMEOUT(window.engine().state() == EngineClient::State::GaveUp, patienceMs);
        QVERIFY2(message(window).contains("engine", Qt::CaseInsensitive), qPrintable(message(window)));
        QVERIFY(child<QPushButton>(window, "message_restartEngine")->isVisible());
        type(child<QLineEdit>(window, "promptEdit"), "still alive");
        QCOMPARE(child<QLineEdit>(window, "promptEdit")->text(), QStringLiteral("still alive"));
    }
};

QTEST_MAIN(TestTrouble)
#include "tst_trouble.moc"
