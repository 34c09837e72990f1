// SPDX-License-Identifier: GPL-3.0-or-later
// Going about in the real window: to a cell by its numbers, back and forward, once more beside what it was; and steps
// of how things are shown.
#include "tests/gui/window_fixture.h"

#include "ui/experiment_dialog.h"
#include "ui/go_to_dialog.h"
#include "ui/result_panel.h"
#include "ui/schema_form.h"
#include "ui/trace_tabs.h"
#include "ui/why_not.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSlider>
#include <QTabWidget>
#include <QToolButton>

using namespace mnemo;
using namespace mnemo::test;

class TestWalking : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

    QAction* action(const char* name) const { return child<QAction>(*m_window, name); }
    TraceTabs* tabs() const { return child<TraceTabs>(*m_window, "traceTabs"); }
    QTabWidget* bar() const { return tabs()->findChild<QTabWidget*>(); }
    QUndoStack& steps() const { return m_window->history().stack(); }
    Cell cell() const { return m_window->selection().cell(); }
    void key(int key, Qt::KeyboardModifiers with = {}) const
    {
        QWidget* focus = QApplication::focusWidget();
        QTest::keyClick(focus ? focus : m_window.get(), Qt::Key(key), with);
    }
    void undo() const { key(Qt::Key_Z, Qt::ControlModifier); }
    void redo() const { key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); }

    void traceAnother(const char* subject) const
    {
        typeFact(*m_window, QString(subject) + " is located in the city of", subject, "Louvre Museum");
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == subject, patienceMs);
    }

    static QString reasonOf(const QAbstractButton& button)
    {
        const auto* tool = qobject_cast<const QToolButton*>(&button);
        return tool && tool->defaultAction() ? whyNot(*tool->defaultAction()) : button.property("whyNot").toString();
    }

    /// What is off and does not say why.
    static QStringList silent(const MainWindow& window)
    {
        QStringList found;
        for (const QAction* one : window.findChildren<QAction*>())
            if (!one->isEnabled() && !one->isSeparator() && one->objectName().startsWith("action_") &&
                (whyNot(*one).isEmpty() || !one->toolTip().contains(whyNot(*one)) || one->statusTip() != whyNot(*one)))
                found << one->objectName();
        for (const QAbstractButton* one : window.findChildren<QAbstractButton*>())
            if (!one->isEnabled() && one->parentWidget()->isEnabled() && !one->objectName().startsWith("Scroll") &&
                reasonOf(*one).isEmpty() && !one->toolTip().contains("does not have it"))
                found << one->objectName();
        return found;
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", m_fixture.path("cache").toUtf8());  // where records are kept
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
    }

    void init()
    {
        QCoreApplication::processEvents();
        QApplication::setActiveWindow(m_window.get());
    }
    void cleanupTestCase() { m_window.reset(); }

    void theCellThatIsTypedIsChosen()
    {
        const auto type = [this](const QString& text) {
            child<QLineEdit>(*m_window, "promptEdit")->setFocus();
            key(Qt::Key_G, Qt::ControlModifier);
            auto* dialog = child<GoToDialog>(*m_window, "goToDialog");
            auto* line = dialog->findChild<QLineEdit*>("goToLine");
            QTest::keyClicks(line, text);
            QTest::keyClick(line, Qt::Key_Return);
        };
        type("g 3 2");
        QCOMPARE(m_window->selection().site(), QStringLiteral("g"));
        QCOMPARE(cell(), (Cell{3, 2}));
        QVERIFY(map(*m_window, "g")->hasFocus());
        QCOMPARE(map(*m_window, "g")->currentCell(), (Cell{3, 2}));
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        type("L1 \"Palace\"");
        QCOMPARE(cell().layer, 1);
        const Json& tokens = finished(*m_window)->result->head.at("tokens");
        QCOMPARE(QString::fromStdString(tokens.at(std::size_t(cell().pos)).at("text").get<std::string>()).trimmed(),
                 QStringLiteral("Palace"));
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        const Cell before = cell();
        type("999");
        auto* dialog = child<GoToDialog>(*m_window, "goToDialog");
        QVERIFY(dialog->isVisible());
        const QString said = dialog->findChild<QLabel*>("goToHelp")->text();
        const int layers = finished(*m_window)->result->find("h.p")->axes[0].size();
        QVERIFY2(said.contains("no layer 999") && said.contains(QStringLiteral("layers 0–%1").arg(layers - 1)),
                 qPrintable(said));
        dialog->close();
        QCOMPARE(cell(), before);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    void backAndForwardThroughCellsAndTabs()
    {
        clickCell(*m_window, "h", {2, 1});
        clickCell(*m_window, "h", {5, 3});
        const int first = m_window->traces().current()->id;
        const int done = steps().count();
        map(*m_window, "h")->setFocus();
        key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(cell(), (Cell{2, 1}));
        QVERIFY(action("action_goForward")->isEnabled());
        key(Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(cell(), (Cell{5, 3}));
        QVERIFY(!action("action_goForward")->isEnabled());
        QCOMPARE(steps().count(), done);  // nothing was done that could be undone

        auto* prompt = child<QLineEdit>(*m_window, "promptEdit");
        prompt->setFocus();
        prompt->setCursorPosition(4);
        key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(cell(), (Cell{2, 1}));
        QCOMPARE(prompt->cursorPosition(), 4);
        key(Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(cell(), (Cell{5, 3}));

        action("action_pin")->trigger();
        traceAnother("Westminster Abbey");
        const int second = m_window->traces().current()->id;
        clickCell(*m_window, "h", {1, 1});
        key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(m_window->traces().current()->id, first);
        QCOMPARE(cell(), (Cell{5, 3}));
        key(Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(m_window->traces().current()->id, second);
        QCOMPARE(cell(), (Cell{1, 1}));
        action("action_closeTab")->trigger();
        QCOMPARE(m_window->traces().current()->id, first);
        while (action("action_goBack")->isEnabled()) {
            action("action_goBack")->trigger();
            QCOMPARE(m_window->traces().current()->id, first);  // the closed one is passed over
        }
        QVERIFY(action("action_goForward")->isEnabled());
        map(*m_window, "h")->setFocus();
        const Cell shown = map(*m_window, "h")->currentCell();
        key(Qt::Key_Left, Qt::AltModifier);  // at the end: no step of the map instead
        QCOMPARE(map(*m_window, "h")->currentCell(), shown);
    }

    void aTraceIsRunAgainBesideWhatItWas()
    {
        const Trace before = *m_window->traces().current();
        typeFact(*m_window, "The Louvre is in the city of", "The Louvre", "Big Ben");  // is not what is in front
        action("action_rerun")->trigger();
        QVERIFY(m_window->traces().find(before.id)->pinned);
        QTRY_VERIFY_WITH_TIMEOUT(bar()->tabText(bar()->currentIndex()).contains("now − before"), patienceMs);
        const Trace* now = m_window->traces().current();
        QVERIFY(now->id != before.id);
        QVERIFY(now->form == before.form && now->window == before.window);
        const auto pair = tabs()->shownPair();
        QVERIFY(pair && pair->first == now->result && pair->second == before.result);
        QVERIFY2(message(*m_window).contains("every number is the same"), qPrintable(message(*m_window)));
        QVERIFY(difference(*now->result, *before.result).isEmpty());
        QVERIFY(!action("action_rerun")->isEnabled());  // a difference is in front
        QVERIFY(whyNot(*action("action_rerun")).contains("difference"));

        QCheckBox* scale = nullptr;
        for (QCheckBox* box : bar()->currentWidget()->findChildren<QCheckBox*>())
            scale = QString(box->text()).remove('&') == "One scale" ? box : scale;
        QVERIFY(scale);
        const bool was = scale->isChecked();
        scale->click();
        undo();
        QCOMPARE(scale->isChecked(), was);
        redo();
        QCOMPARE(scale->isChecked(), !was);
        action("action_closeTab")->trigger();
    }

    void aResultIsComputedAgainAndLaidOverWhatItWas()
    {
        action("action_average")->trigger();
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        form->fields()->setValues({{"limit", 3}, {"sites", {"h"}}, {"relations", {"place in city"}}});
        QTest::mouseClick(form->findChild<QPushButton*>("runExperiment"), Qt::LeftButton);
        const auto& all = m_window->results().all();
        QTRY_VERIFY_WITH_TIMEOUT(!all.empty() && all.back().whole(), 2 * patienceMs);
        const ResultEntry before = all.back();
        const QDir records(m_fixture.path("cache/mnemoscope/records"));
        const QStringList files = records.entryList({"*.jsonl"});
        QCOMPARE(files.size(), 1);
        QFile kept(records.filePath(files.front()));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        const QByteArray lines = kept.readAll();
        kept.close();
        QVERIFY(kept.open(QIODevice::WriteOnly | QIODevice::Append));  // what nobody may read
        kept.write("no record\n");
        kept.close();
        action("action_rerun")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(all.back().id != before.id && all.back().whole(), 2 * patienceMs);
        QCOMPARE(all.back().beside, before.id);
        QVERIFY(all.back().parameters == before.parameters);
        const ResultPanel* panel = tabs()->resultPanel(tabs()->resultInFront());
        QVERIFY(panel && panel->beside() == before.result);
        QTRY_VERIFY2(message(*m_window).contains("Run again on the same weights"), qPrintable(message(*m_window)));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        const QByteArray anew = kept.readAll();
        QVERIFY(!anew.contains("no record"));
        QCOMPARE(anew.count('\n'), lines.count('\n'));
        QVERIFY(m_window->results().find(before.id));  // its tab stays
    }

    void howThingsAreShownIsTakenBack()
    {
        tabs()->showTrace(m_window->traces().current()->id);
        auto* metric = child<QComboBox>(*m_window, "metricCombo");
        const QString shown = metric->currentText();
        const int done = steps().index();
        metric->setFocus();
        key(Qt::Key_Down);
        const QString chosen = metric->currentText();
        QVERIFY(chosen != shown);
        QCOMPARE(steps().index(), done + 1);
        undo();
        QCOMPARE(metric->currentText(), shown);
        redo();
        QCOMPARE(metric->currentText(), chosen);
        undo();

        action("action_colours_greys")->trigger();
        const QColor grey = map(*m_window, "h")->cellColour({2, 2});
        undo();
        QVERIFY(map(*m_window, "h")->cellColour({2, 2}) != grey);
        QVERIFY(!action("action_colours_greys")->isChecked());
        redo();
        QCOMPARE(map(*m_window, "h")->cellColour({2, 2}), grey);
        undo();

        auto* window = child<QSlider>(*m_window, "windowSlider");
        const int width = window->value(), before = steps().index();
        for (int step = 0; step < 4; ++step)
            window->triggerAction(QAbstractSlider::SliderSingleStepAdd);
        QCOMPARE(window->value(), width + 4);
        QCOMPARE(steps().index(), before + 1);  // a slider is one step
        undo();
        QCOMPARE(window->value(), width);
    }

    void pinningIsTakenBackAlsoWhenTheTraceWasReplaced()
    {
        m_window->traces().setPinned(m_window->traces().current()->id, false);
        traceAnother("Westminster Abbey");
        const int id = m_window->traces().current()->id;
        action("action_pin")->trigger();
        undo();
        QVERIFY(!m_window->traces().find(id)->pinned);
        redo();
        QVERIFY(m_window->traces().find(id)->pinned);
        action("action_pin")->trigger();  // not any more
        QVERIFY(!m_window->traces().find(id)->pinned);
        const int done = steps().index();
        traceAnother("Buckingham Palace");
        QVERIFY(!m_window->traces().find(id));  // replaced
        while (steps().index() > done)
            steps().undo();  // the prompt
        steps().undo();      // the pin
        QVERIFY(m_window->traces().find(id) && m_window->traces().find(id)->pinned);
    }

    void whatIsOffSaysWhy()
    {
        QVERIFY2(silent(*m_window).isEmpty(), qPrintable(silent(*m_window).join(", ")));
        for (const QMenu* menu : m_window->menuBar()->findChildren<QMenu*>())
            for (const QAction* one : menu->actions())
                QVERIFY2(one->isEnabled() || menu->toolTipsVisible(), qPrintable(menu->title()));
        WindowOptions nothing;
        nothing.safeMode = true;
        nothing.dataFolder = MNEMO_BIN_DIR "/../share/mnemoscope";
        const MainWindow empty(nothing);  // no engine, no model, no trace
        for (const char* name : {"goTo", "goBack", "goForward", "rerun", "resume", "pin", "closeTab", "undo", "redo"})
            QVERIFY2(!child<QAction>(empty, qPrintable(QStringLiteral("action_") + name))->isEnabled(), name);
        QVERIFY2(silent(empty).isEmpty(), qPrintable(silent(empty).join(", ")));
    }
};

QTEST_MAIN(TestWalking)
#include "tst_walking.moc"
