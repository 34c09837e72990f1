// SPDX-License-Identifier: GPL-3.0-or-later
// A fact is edited in the real window with the real engine: searched, applied, looked at, taken back, saved, loaded.
#include "tests/gui/window_fixture.h"

#include "ui/edit_dock.h"
#include "ui/edit_preview.h"
#include "ui/edit_stack_view.h"
#include "ui/paraphrase_dock.h"
#include "ui/result_panel.h"
#include "ui/trace_tabs.h"
#include "widgets/bar_list.h"
#include "widgets/line_plot.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <algorithm>
#include <cmath>
#include <csignal>

using namespace mnemo;
using namespace mnemo::test;

class TestEditing : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

    EditDock* dock() const { return child<EditDock>(*m_window, "editDock"); }
    QString bars() const { return child<BarList>(*m_window, "nextTokens")->gridCellText(0, 0); }
    QString weights() const { return child<QLabel>(*m_window, "weightsStatus")->text(); }
    void trigger(const char* action) const { child<QAction>(*m_window, action)->trigger(); }

    void press(const char* button) const
    {
        auto* found = child<QPushButton>(*m_window, button);
        QVERIFY2(found->isEnabled(), button);
        found->click();
    }

    /// Few openings and little text: quick.
    void ask(const QString& target, int steps, double stopLoss) const
    {
        trigger("action_editFact");
        Json parameters = dock()->form()->parameters();
        parameters.update({{"target", target.toStdString()},
                           {"matrix", "W_o"},
                           {"layer", 4},
                           {"steps", steps},
                           {"contexts", 1},
                           {"text_tokens", 300},
                           {"stop_loss", stopLoss}});
        dock()->form()->setParameters(parameters);
        press("editRun");
    }

    ParaphraseDock* paraphrases() const { return child<ParaphraseDock>(*m_window, "paraphraseDock"); }

    static bool allAnswered(const ParaphraseTable& table, bool told)
    {
        return std::ranges::all_of(table.rows(), [told](const ParaphraseRow& row) {
            return row.after && (!told || !row.after->continuation.isEmpty());
        });
    }

    /// The trace that is shown, once it is done, with so many edits on.
    const Trace* traced(int edits) const
    {
        const Trace* trace = finished(*m_window);
        return trace && int(trace->edits.size()) == edits && !trace->stale ? trace : nullptr;
    }

    static QString answer(const Trace& trace)
    {
        return QString::fromStdString(trace.result->head.at("target").at("text").get<std::string>()).trimmed();
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", m_fixture.path("cache").toUtf8());  // where statistics are kept
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        QCOMPARE(answer(*finished(*m_window)), QStringLiteral("London"));
    }

    void init() { QApplication::setActiveWindow(m_window.get()); }

    void cleanupTestCase() { m_window.reset(); }

    void theFormIsFilledIn()
    {
        trigger("action_editFact");
        QVERIFY(dock()->isVisible());
        const Json asked = dock()->form()->parameters();
        QVERIFY(asked.at("prompt").get<std::string>().starts_with("{}"));
        QVERIFY(asked.at("matrix") == "W_o");
        QVERIFY(!asked.at("subject").get<std::string>().empty());
        press("editSuggest");
        const int layer = child<QSpinBox>(*m_window, "editLayer")->value();
        QVERIFY2(layer >= 0 && layer < 12, qPrintable(QString::number(layer)));
        auto* target = child<QLineEdit>(*m_window, "editTarget");
        auto* note = child<QLabel>(*m_window, "editTargetNote");
        type(target, "London");
        QTRY_VERIFY_WITH_TIMEOUT(note->text().contains("already answers"), patienceMs);
        type(target, "Rome");
        QTRY_VERIFY_WITH_TIMEOUT(note->text().contains("token"), patienceMs);
        QVERIFY(!child<QPushButton>(*m_window, "editApply")->isEnabled());
    }

    void aStoppedSearchKeepsItsForm()
    {
        ask("Rome", 10000, 0);
        QTRY_VERIFY_WITH_TIMEOUT(dock()->preview()->losses()->layers() > 1, patienceMs);
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QVERIFY(dock()->preview()->text().contains("Stopped"));
        QVERIFY(dock()->form()->parameters().at("steps") == 10000);
        QVERIFY(dock()->form()->target() == "Rome" && !dock()->result());
        trigger("action_applyEdit");
        QVERIFY2(message(*m_window).contains("no edit to apply"), qPrintable(message(*m_window)));
    }

    void aRefusedObjectLosesNothing()
    {
        ask("London", 20, 0.5);
        QTRY_VERIFY_WITH_TIMEOUT(message(*m_window).contains("already answers"), patienceMs);
        QVERIFY(dock()->form()->target() == "London");
        QVERIFY(m_window->edits().edits().empty());
    }

    /// A click on a point of a sweep makes that edit of the fact at hand.
    void aPointOfASweepIsTried()
    {
        const std::vector<Axis> axes{{"layer", {"4", "7"}}, {"matrix", {"W_o", "W_a"}}};
        auto sweep = std::make_shared<Result>();
        sweep->kind = "evaluate";
        sweep->model = m_window->engine().model();
        sweep->parameters = {{"steps", 9}, {"contexts", 1}, {"text_tokens", 300}, {"stop_loss", 0.5}};
        sweep->head = {{"counts", {{"used", 2}}}, {"floor", {{"ES", 0}}}};
        Array scores = Array::make("ES", axes, "%");
        scores.values = {10, 20, 30, 80};
        scores.states.assign(4, CellState::Computed);
        sweep->arrays = {std::make_shared<const Array>(scores)};
        const int id = m_window->results().add(sweep);
        type(child<QLineEdit>(*m_window, "editTarget"), "Rome");
        auto* plot = child<TraceTabs>(*m_window, "traceTabs")->resultPanel(id)->findChild<LinePlot*>();
        QTRY_VERIFY(plot->seriesAt(plot->pointAt(1, 1).toPoint()) == 1);
        auto traces = std::make_shared<Result>();  // what traces find stands behind, without becoming a part of it
        traces->kind = "average";
        traces->model = sweep->model;
        Array effects = Array::make("a.ie", {{"layer", {"4", "7"}}, {"role", {"subject, last"}}}, "IE");
        effects.values = {0.1, 0.6};
        effects.states.assign(2, CellState::Computed);
        traces->arrays = {std::make_shared<const Array>(effects)};
        const int average = m_window->results().add(traces);
        QCOMPARE(plot->series()[1].behind, effects.values);
        QVERIFY(plot->series()[0].behind.empty() && !m_window->results().find(id)->result->head.contains("profile"));
        m_window->results().remove(average);
        QVERIFY(plot->series()[1].behind.empty());
        QTest::mouseClick(plot, Qt::LeftButton, {}, plot->pointAt(1, 1).toPoint());
        const Json asked = dock()->form()->parameters();
        QVERIFY(asked.at("matrix") == "W_a" && asked.at("layer") == 7 && asked.at("steps") == 9);
        QVERIFY(asked.at("target") == "Rome");
        QTRY_VERIFY2_WITH_TIMEOUT(dock()->result(), qPrintable(message(*m_window)), patienceMs);
        QVERIFY(dock()->result()->head.at("matrix") == "W_a" && dock()->result()->head.at("layer") == 7);
        auto stranger = std::make_shared<Result>(*sweep);
        stranger->model["hash"] = "another";
        const int other = m_window->results().add(stranger);
        Q_EMIT child<TraceTabs>(*m_window, "traceTabs")->editChosen(other, Json::object());
        QVERIFY2(message(*m_window).contains("not loaded"), qPrintable(message(*m_window)));
        m_window->results().remove(other);
        m_window->results().remove(id);
    }

    void anEditIsSearchedAndApplied()
    {
        ask("Rome", 20, 0.5);
        QTRY_VERIFY2_WITH_TIMEOUT(dock()->result(), qPrintable(message(*m_window)), patienceMs);
        QVERIFY(weights().startsWith("base weights"));  // nothing is changed yet
        const EditPreview* preview = dock()->preview();
        QVERIFY(preview->losses()->gridColumns() == 3 && preview->probability()->layers() > 1);
        QVERIFY2(preview->bars()->gridCellText(0, 0).contains("edited"), "no bars of the edited model");
        const double after = dock()->result()->head.at("after").at("p").get<double>();
        QVERIFY2(after > 0.5, qPrintable(QString::number(after)));

        const QString base = QString::fromStdString(m_window->engine().modelHash());
        QTest::keyClick(m_window.get(), Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(int(m_window->edits().edits().size()), 1);
        QTRY_VERIFY2_WITH_TIMEOUT(bars().contains("Rome") && bars().contains("edited"), qPrintable(bars()), patienceMs);
        QVERIFY2(weights().startsWith("1 edit · ") && !weights().endsWith(shortHash(base)), qPrintable(weights()));
        QVERIFY(m_window->windowTitle().endsWith("[1 edit]"));
        QTRY_VERIFY_WITH_TIMEOUT(traced(1), patienceMs);
        QCOMPARE(answer(*traced(1)), QStringLiteral("Rome"));
        QVERIFY(std::abs(traced(1)->result->head.at("p_clean").get<double>() - after) < 1e-5);
        QVERIFY(child<QLabel>(*m_window, "traceHeading")->text().contains("1 edit"));
    }

    void sentencesAroundTheEditAreAsked()
    {
        trigger("action_paraphrases");
        const ParaphraseTable& table = paraphrases()->table();
        QVERIFY(table.rowCount() > 10);
        QTRY_VERIFY_WITH_TIMEOUT(allAnswered(table, true), patienceMs);
        const ParaphraseRow& rewrite = table.rows().front();
        QVERIFY(rewrite.kind == RowKind::Rewrite && verdict(rewrite) == true);
        QVERIFY(rewrite.before->pOld > 0.5 && rewrite.after->pNew > 0.5 && rewrite.after->pOld < 0.5);
        QCOMPARE(rewrite.after->top, QStringLiteral("·Rome"));
        QVERIFY(rewrite.before->continuation.contains("London") && rewrite.after->continuation.contains("Rome"));
        QVERIFY2(paraphrases()->scores().contains("ES 1/1"), qPrintable(paraphrases()->scores()));
        for (const RowKind kind : {RowKind::Paraphrase, RowKind::Neighbour})
            QVERIFY(std::ranges::find(table.rows(), kind, &ParaphraseRow::kind) != table.rows().end());
        paraphrases()->view()->selectRow(0);
        const QString shown = child<QLabel>(*m_window, "paraphraseContinuation")->text();
        QVERIFY2(shown.contains("<u>London") && shown.contains("<u>Rome"), qPrintable(shown));

        auto* own = child<QLineEdit>(*m_window, "paraphraseOwn");
        QTest::keyClicks(own, "Big Ben is a famous clock in the city of");
        QTest::keyClick(own, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(allAnswered(table, false), patienceMs);
        QVERIFY(table.rows().back().kind == RowKind::Own && !table.rows().back().after->top.isEmpty());
    }

    void oneKeyShowsTheBaseAgain()
    {
        QTest::keyClick(m_window.get(), Qt::Key_Period, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(traced(0), patienceMs);
        QCOMPARE(answer(*traced(0)), QStringLiteral("London"));
        QTRY_VERIFY_WITH_TIMEOUT(!bars().contains("edited"), patienceMs);
        QCOMPARE(weights(), "base weights · " + shortHash(QString::fromStdString(m_window->engine().modelHash())));
        QVERIFY(!m_window->windowTitle().endsWith("[1 edit]"));
        const auto base = [this] { return paraphrases()->table().rows().front().after; };
        QTRY_VERIFY_WITH_TIMEOUT(base() && base()->top == QStringLiteral("·London"), patienceMs);
        QTest::keyClick(m_window.get(), Qt::Key_Period, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(traced(1), patienceMs);
        QCOMPARE(answer(*traced(1)), QStringLiteral("Rome"));
    }

    /// The same prompt with and without the edit: everything from its layer on carries it, nothing below.
    void theEditIsTraced()
    {
        const auto traceOfEdit = [this](const QString& direction) -> const Trace* {
            const Trace* trace = traced(1);
            return trace && trace->form.unedited && trace->form.direction == direction ? trace : nullptr;
        };
        trigger("action_traceEdits");
        QTRY_VERIFY2_WITH_TIMEOUT(traceOfEdit("restore"), qPrintable(message(*m_window)), patienceMs);
        const Result& result = *traceOfEdit("restore")->result;
        QCOMPARE(answer(*traceOfEdit("restore")), QStringLiteral("Rome"));
        const ArrayPtr p = result.find("h.p");
        const int last = p->axes[1].size() - 1, layers = p->axes[0].size();
        QVERIFY(std::abs(p->at(0, last) - result.head.at("p_corrupt").get<double>()) < 1e-6);
        QVERIFY(std::abs(p->at(layers - 1, last) - result.head.at("p_clean").get<double>()) < 1e-6);
        const QString heading = child<QLabel>(*m_window, "traceHeading")->text();
        QVERIFY2(heading.contains("unedited"), qPrintable(heading));

        auto* direction = child<QComboBox>(*m_window, "directionCombo");
        direction->setCurrentIndex(direction->findData("corrupt"));
        trigger("action_trace");
        QTRY_VERIFY2_WITH_TIMEOUT(traceOfEdit("corrupt"), qPrintable(message(*m_window)), patienceMs);
        const ArrayPtr reverse = traceOfEdit("corrupt")->result->find("h.p");
        QVERIFY(reverse->at(layers - 1, last) < 0.5 && reverse->at(0, last) > 0.5);

        trigger("action_showBase");  // now nothing is on that could be traced
        QTRY_VERIFY2_WITH_TIMEOUT(message(*m_window).contains("No edit is on"), qPrintable(message(*m_window)),
                                  patienceMs);
        trigger("action_showBase");
        direction->setCurrentIndex(0);
        child<QComboBox>(*m_window, "corruptionCombo")->setCurrentIndex(0);
        trigger("action_trace");
        QTRY_VERIFY_WITH_TIMEOUT(traced(1) && !traced(1)->form.unedited, patienceMs);
    }

    void theBaseStandsBesideTheEdit()
    {
        trigger("action_compareBase");
        const Trace* first = m_window->traces().firstOf(*m_window->traces().current());
        QTRY_VERIFY_WITH_TIMEOUT(m_window->traces().besideOf(first->id) &&
                                     m_window->traces().besideOf(first->id)->state == JobState::Finished,
                                 patienceMs);
        const auto pair = child<TraceTabs>(*m_window, "traceTabs")->shownPair();
        QVERIFY(pair);
        QVERIFY(pair->first->provenance.at("edits").size() == 1 && pair->second->provenance.at("edits").empty());
        QVERIFY(!m_window->traces().besideOf(first->id)->stale);
        trigger("action_compareBase");
        QVERIFY(!m_window->traces().besideOf(m_window->traces().current()->id));
    }

    void strengthIsTurnedUndoneAndDoneAgain()
    {
        auto* alpha = child<QDoubleSpinBox>(*m_window, "editAlpha");
        alpha->setValue(0);
        QTRY_VERIFY_WITH_TIMEOUT(traced(0), patienceMs);
        QCOMPARE(answer(*traced(0)), QStringLiteral("London"));
        trigger("action_undo");
        QTRY_VERIFY_WITH_TIMEOUT(traced(1), patienceMs);
        QCOMPARE(alpha->value(), 1.0);
        for (int steps = 0; !m_window->edits().edits().empty() && steps < 20; ++steps)
            trigger("action_undo");  // what was done to the prompt meanwhile is taken back, too
        QVERIFY(m_window->edits().edits().empty());
        QTRY_VERIFY_WITH_TIMEOUT(traced(0), patienceMs);
        QCOMPARE(answer(*traced(0)), QStringLiteral("London"));
        trigger("action_redo");
        QTRY_VERIFY_WITH_TIMEOUT(traced(1), patienceMs);
        QCOMPARE(answer(*traced(1)), QStringLiteral("Rome"));
    }

    void theEngineMayDieMeanwhile()
    {
        const qint64 process = m_window->engine().processId();
        QVERIFY(process > 0 && ::kill(pid_t(process), SIGKILL) == 0);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->engine().processId() != process && m_window->engine().processId() > 0 &&
                                     !m_window->engine().isLoading() &&
                                     m_window->engine().state() == EngineClient::State::Ready,
                                 patienceMs);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(traced(1), patienceMs);
        QCOMPARE(answer(*traced(1)), QStringLiteral("Rome"));
    }

    void aDeltaIsSavedAndLoadedAgain()
    {
        const QString file = m_fixture.path("rome.safetensors");
        trigger("action_copyCommand");
        QVERIFY2(message(*m_window).contains("Without 1 edit"), qPrintable(message(*m_window)));
        QVERIFY2(m_window->saveDelta(0, file), qPrintable(message(*m_window)));
        trigger("action_copyCommand");
        const QString line = QApplication::clipboard()->text();
        QVERIFY2(line.contains("--edit '" + file + "'"), qPrintable(line));
        const Json document = m_fixture.documentOf(line);
        QVERIFY(document.is_object() && document.at("target").at("text") == " Rome");
        const EditRefs before = m_window->edits().active(m_window->engine().modelHash());
        press("editRemove");
        QVERIFY(m_window->edits().edits().empty());
        QVERIFY2(m_window->loadDelta(file), qPrintable(message(*m_window)));
        QVERIFY(m_window->edits().active(m_window->engine().modelHash()) == before);
        QTRY_VERIFY_WITH_TIMEOUT(traced(1), patienceMs);
        QCOMPARE(answer(*traced(1)), QStringLiteral("Rome"));
        QVERIFY(!m_window->loadDelta(m_fixture.path("settings.ini")));
        QVERIFY2(!message(*m_window).isEmpty(), "nothing was said");
    }

    void anEditOnAnotherIsOutdatedWithIt()
    {
        ask("Oslo", 20, 0.5);
        QTRY_VERIFY2_WITH_TIMEOUT(dock()->result(), qPrintable(message(*m_window)), patienceMs);
        // The terminal finds the same edit, on top of the one that was saved.
        press("editCopy");
        const QString line = QApplication::clipboard()->text();
        QVERIFY2(line.contains("--edit '" + m_fixture.path("rome.safetensors") + "'"), qPrintable(line));
        const Json found = m_fixture.documentOf(line);
        QVERIFY(found.is_object() && found.at("target") == dock()->result()->head.at("target"));
        QVERIFY(std::abs(found.at("after").at("p").get<double>() -
                         dock()->result()->head.at("after").at("p").get<double>()) < 1e-3);
        press("editApply");
        QTRY_VERIFY_WITH_TIMEOUT(traced(2), patienceMs);
        QCOMPARE(answer(*traced(2)), QStringLiteral("Oslo"));
        QVERIFY(!child<QPushButton>(*m_window, "editAgain")->isEnabled());
        auto* list = child<QListWidget>(*m_window, "editList");
        list->item(0)->setCheckState(Qt::Unchecked);
        QVERIFY(list->item(1)->text().contains("outdated"));
        const std::string old = m_window->edits().edits()[1].edit->term.hash;
        press("editAgain");
        QTRY_VERIFY2_WITH_TIMEOUT(dock()->result(), qPrintable(message(*m_window)), patienceMs);
        press("editApply");
        QCOMPARE(int(m_window->edits().edits().size()), 2);
        QVERIFY(m_window->edits().edits()[1].edit->term.hash != old);
        QVERIFY(!list->item(1)->text().contains("outdated"));
    }

    void theSessionKeepsTheEdits()
    {
        const QString file = m_fixture.path("edits.mnemo"), delta = m_fixture.path("again.safetensors");
        QTRY_VERIFY_WITH_TIMEOUT(traced(1), patienceMs);
        child<QDoubleSpinBox>(*m_window, "editAlpha")->setValue(0.9);
        QTRY_VERIFY_WITH_TIMEOUT(traced(1), patienceMs);
        const std::vector<StackedEdit> before = m_window->edits().edits();
        const QString hash = weights();
        QVERIFY2(m_window->saveSession(file), qPrintable(message(*m_window)));
        press("editRemove");
        press("editRemove");
        QVERIFY(m_window->edits().edits().empty());
        QVERIFY2(m_window->openSession(file), qPrintable(message(*m_window)));
        const std::vector<StackedEdit>& after = m_window->edits().edits();
        QCOMPARE(after.size(), before.size());
        for (std::size_t i = 0; i < after.size(); ++i) {
            QVERIFY(after[i].edit->term == before[i].edit->term);
            QVERIFY(after[i].on == before[i].on && after[i].alpha == before[i].alpha);
        }
        QCOMPARE(weights(), hash);
        QVERIFY(m_window->results().all().empty());  // an edit is no result that is shown by itself
        QTRY_VERIFY_WITH_TIMEOUT(bars().contains("edited"), patienceMs);
        QVERIFY(m_window->saveDelta(1, delta));
        QCOMPARE(readEdit(delta.toStdString()).term, before[1].edit->term);
        child<QDoubleSpinBox>(*m_window, "editAlpha")->setValue(1);
    }

    void aDeltaOfAnotherModelIsRefused()
    {
        const QString file = m_fixture.path("mamba.safetensors");
        QVERIFY(m_window->saveDelta(0, file));
        m_window->engine().loadModel("mnemo-pythia");
        const std::string before = m_window->engine().modelHash();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->engine().modelHash() != before, patienceMs);
        QVERIFY(!m_window->loadDelta(file));
        QVERIFY2(message(*m_window).contains("was made for the model mnemo-mamba"), qPrintable(message(*m_window)));
        QVERIFY(weights().startsWith("base weights"));  // those of the other model are not on here
        QVERIFY(child<QListWidget>(*m_window, "editList")->item(0)->text().contains("of mnemo-mamba"));
    }
};

QTEST_MAIN(TestEditing)
#include "tst_editing.moc"
