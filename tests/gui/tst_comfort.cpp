// SPDX-License-Identifier: GPL-3.0-or-later
// Finding one's way in the real window: palette, help, tour, recent files, layouts.
#include "tests/gui/window_fixture.h"

#include "ui/command_palette.h"
#include "ui/experiment_command.h"
#include "ui/help_window.h"
#include "ui/log_dock.h"
#include "ui/message_bar.h"
#include "ui/search_page.h"
#include "ui/tour.h"
#include "ui/workspaces.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDockWidget>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>

using namespace mnemo;
using namespace mnemo::test;

class TestComfort : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

    CommandPalette& palette() { return *child<CommandPalette>(*m_window, "commandPalette"); }
    QLineEdit* line() { return palette().findChild<QLineEdit*>("paletteLine"); }
    QString current()
    {
        const QListWidgetItem* item = palette().findChild<QListWidget*>("paletteList")->currentItem();
        return item ? item->data(Qt::AccessibleTextRole).toString() : QString();
    }
    QAction* action(const char* name) { return child<QAction>(*m_window, name); }
    bool shows(const char* dock) { return !child<QDockWidget>(*m_window, dock)->isHidden(); }

    /// Once what a window that was closed leaves behind is over.
    void comeToFront()
    {
        QCoreApplication::processEvents();
        QApplication::setActiveWindow(m_window.get());
    }

    void find(const QString& typed)
    {
        comeToFront();
        action("action_palette")->trigger();
        QVERIFY(line()->hasFocus());
        QTest::keyClicks(line(), typed);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
    }

    void init() { comeToFront(); }

    void cleanupTestCase() { m_window.reset(); }

    void theTourIsOfferedAtTheFirstStartAndSaysTheTracesNumbers()
    {
        auto* welcome = child<MessageBar>(*m_window, "welcomeBar");
        QVERIFY(welcome->isVisible());
        welcome->findChild<QPushButton*>("message_tour")->click();
        QVERIFY(!welcome->isVisible());
        auto* tour = child<Tour>(*m_window, "tour");
        QCOMPARE(tour->step(), 0);
        QVERIFY(
            tour->pointsAt().contains(child<QLineEdit>(*m_window, "promptEdit")->mapTo(m_window.get(), QPoint(2, 2))));
        auto* next = tour->findChild<QPushButton*>("tourNext");
        QTest::keyClick(next, Qt::Key_Return);
        const Trace trace = *finished(*m_window);
        const QString clean = QString::number(trace.result->head.at("p_clean").get<double>(), 'f', 2);
        QVERIFY2(tour->text().contains("London") && tour->text().contains(clean) &&
                     tour->text().contains("Buckingham Palace"),
                 qPrintable(tour->text()));
        QTest::keyClick(next, Qt::Key_Right);
        QTest::keyClick(next, Qt::Key_Right);
        QCOMPARE(tour->step(), 3);
        // The cell it chose is where the fact still stands at the subject: the cell behind brings back less.
        const Cell cell = m_window->selection().cell();
        QCOMPARE(m_window->selection().site(), QStringLiteral("h"));
        QCOMPARE(cell.pos, trace.result->head.at("subject").at(1).get<int>() - 1);
        const double here = value(trace, "h.p", cell.layer, cell.pos);
        QVERIFY(here > 0.5 && value(trace, "h.p", cell.layer + 1, cell.pos) < here);
        QVERIFY2(tour->text().contains(QString::number(here, 'f', 2)), qPrintable(tour->text()));
        QVERIFY(shows("detailsDock"));
        for (int step = 4; step < 7; ++step) {
            QTest::keyClick(next, Qt::Key_Right);
            QCOMPARE(tour->step(), step);
            QVERIFY(!tour->pointsAt().isEmpty());
            QVERIFY(m_window->rect().contains(tour->geometry()));
        }
        QVERIFY2(tour->text().contains("Ctrl+K"), qPrintable(tour->text()));
        QTest::keyClick(next, Qt::Key_Return);
        QCOMPARE(tour->step(), -1);
        auto other = m_fixture.open();  // with the same settings
        QVERIFY(!child<MessageBar>(*other, "welcomeBar")->isVisible());
    }

    void theOfferIsDismissedOnceAndNeverMadeInSafeMode()
    {
        const QString settings = m_fixture.path("dismissed.ini");
        auto first = m_fixture.open(settings);
        QVERIFY(child<MessageBar>(*first, "welcomeBar")->isVisible());
        child<MessageBar>(*first, "welcomeBar")->findChild<QPushButton*>("messageDismiss")->click();
        QVERIFY(!child<MessageBar>(*first, "welcomeBar")->isVisible());
        first.reset();
        const auto second = m_fixture.open(settings);
        QVERIFY(!child<MessageBar>(*second, "welcomeBar")->isVisible());
        WindowOptions safe;
        safe.safeMode = true;
        safe.dataFolder = MNEMO_BIN_DIR "/../share/mnemoscope";
        MainWindow third(safe);
        third.show();
        QVERIFY(!child<MessageBar>(third, "welcomeBar")->isVisible());
    }

    void theTourTracesItsFactFirst()
    {
        typeFact(*m_window, "Westminster Abbey is located in the city of", "Westminster Abbey", "Louvre Museum");
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == "Westminster Abbey",
                                 patienceMs);
        action("action_tour")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == "Buckingham Palace",
                                 patienceMs);
        child<Tour>(*m_window, "tour")->end();
    }

    void thePaletteOpensWhereverTheKeysGo()
    {
        for (const char* field : {"promptEdit", "subjectEdit"}) {
            auto* edit = child<QLineEdit>(*m_window, field);
            const QString text = edit->text();
            edit->setFocus();
            edit->setCursorPosition(0);
            QTest::keyClick(edit, Qt::Key_K, Qt::ControlModifier);
            QVERIFY2(palette().isVisible(), field);
            QCOMPARE(edit->text(), text);  // not cut off behind the cursor
            QTest::keyClick(line(), Qt::Key_Escape);
            QVERIFY(!palette().isVisible());
            QVERIFY(edit->hasFocus());
        }
    }

    void anActionRunsFromThePalette()
    {
        const int before = finished(*m_window)->id;
        find("f5");
        QVERIFY2(current().startsWith("Trace, Experiment"), qPrintable(current()));
        QTest::keyClick(line(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->id != before, patienceMs);
        action("action_palette")->trigger();
        QVERIFY2(current().startsWith("Trace, Experiment"), qPrintable(current()));  // used last
        QTest::keyClick(line(), Qt::Key_Escape);

        find("redo");
        QVERIFY2(current().contains("Nothing was undone"), qPrintable(current()));
        QTest::keyClick(line(), Qt::Key_Return);
        QVERIFY(palette().isVisible());
        palette().dismiss();

        QVERIFY(!m_window->openSession("/nowhere/gone.mnemo"));  // a message is shown
        find("theme dark");
        QTest::keyClick(line(), Qt::Key_Return);
        QVERIFY(action("action_theme_dark")->isChecked());
        QTRY_VERIFY(palette().palette().color(QPalette::Window).lightness() < 128);  // it follows
        auto* bar = child<MessageBar>(*m_window, "messageBar");
        QVERIFY(bar->isVisible());
        QTRY_VERIFY(bar->palette().color(QPalette::Window).lightness() < 128);
        action("action_theme_light")->trigger();
        QTRY_VERIFY(bar->palette().color(QPalette::Window).lightness() > 128);
    }

    void modelsTabsAndTermsAreFound()
    {
        find("mnemo-pythia");
        QVERIFY2(current().contains("Model") || current().contains("Beside"), qPrintable(current()));
        palette().dismiss();
        find("model mnemo-pythia");
        QVERIFY2(current().endsWith(", Model"), qPrintable(current()));
        QTest::keyClick(line(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(child<QLabel>(*m_window, "modelMark")->text(), QStringLiteral("✓"), patienceMs);
        QCOMPARE(child<QComboBox>(*m_window, "modelCombo")->currentData().toString(), QStringLiteral("mnemo-pythia"));

        find("logit lens experiment");
        QVERIFY2(current().startsWith("Logit lens…, Experiment"), qPrintable(current()));
        const std::string about = schemaOf(m_window->engine().info(), "lens")->help;
        QCOMPARE(palette().findChild<QLabel*>("paletteHelp")->text(), QString::fromStdString(about));
        palette().dismiss();

        find("clamp factor");
        QTest::keyClick(line(), Qt::Key_Return);
        auto* help = child<HelpWindow>(*m_window, "helpWindow");
        QVERIFY(help->isVisible());
        auto* page = help->findChild<SearchPage*>("glossaryPage");
        QVERIFY(page->isVisible());
        QVERIFY(page->text().contains("Clamp factor"));
        help->close();
    }

    void aBookmarkIsFoundAndShown()
    {
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && map(*m_window, "h"), patienceMs);
        clickCell(*m_window, "h", {2, 1});
        action("action_newNote")->trigger();
        m_window->selection().clear();
        find("bookmark layer 2");
        QVERIFY2(current().endsWith(", Bookmark"), qPrintable(current()));
        QTest::keyClick(line(), Qt::Key_Return);
        QCOMPARE(m_window->selection().site(), QStringLiteral("h"));
        QCOMPARE(m_window->selection().cell(), (Cell{2, 1}));
    }

    void questionMarkInAMapListsTheKeys()
    {
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && map(*m_window, "h"), patienceMs);
        comeToFront();
        map(*m_window, "h")->setFocus();
        QTest::keyClick(map(*m_window, "h"), '?');
        auto* page = child<HelpWindow>(*m_window, "helpWindow")->findChild<SearchPage*>("keysPage");
        QVERIFY(page->isVisible());
        for (const char* said : {"Shift+drag", "F5", "Ctrl+K", "Alt+click"})
            QVERIFY2(page->text().contains(said), said);
        child<HelpWindow>(*m_window, "helpWindow")->close();
    }

    void theAboutBoxNamesVersionsAndModel()
    {
        action("action_about")->trigger();
        auto* copy = child<QPushButton>(*m_window, "aboutCopy");
        copy->click();
        const QString text = QApplication::clipboard()->text();
        const Json& server = m_window->engine().info().at("server");
        for (const QString& part :
             {QString::fromStdString(server.at("torch").get<std::string>()), QString::fromLatin1(qVersion()),
              QString::fromStdString(m_window->engine().modelHash()), m_fixture.path("settings.ini")})
            QVERIFY2(text.contains(part), qPrintable(part + " in\n" + text));
        copy->window()->close();
    }

    void sessionsAreRecent()
    {
        const QString file = m_fixture.path("comfort.mnemo");
        QVERIFY(m_window->saveSession(file));
        find("comfort");
        QVERIFY2(current().startsWith("comfort.mnemo, File › Open recent"), qPrintable(current()));
        QTest::keyClick(line(), Qt::Key_Return);
        const QString opened = QStringLiteral("Opened %1").arg(file);
        QTRY_VERIFY2(child<LogDock>(*m_window, "logDock")->text().contains(opened), qPrintable(message(*m_window)));
        m_window->close();  // keeps the settings
        auto other = m_fixture.open();
        bool there = false;
        for (const QAction* one : other->findChildren<QAction*>())
            there = there || one->text() == "comfort.mnemo";
        QVERIFY(there);
        other.reset();
        m_window->show();
    }

    void workspacesShowWhatTheyNeed()
    {
        for (const Workspace& workspace : workspaces()) {
            for (const QString& dock : workspace.docks)
                QVERIFY2(m_window->findChild<QDockWidget*>(dock), qPrintable(dock));
            for (const QString& dock : workspace.front)
                QVERIFY2(workspace.docks.contains(dock), qPrintable(dock));
        }
        action("action_workspace_edit")->trigger();
        QVERIFY(shows("editDock") && shows("paraphraseDock") && !shows("factsDock"));
        action("action_workspace_facts")->trigger();
        QVERIFY(shows("factsDock") && shows("jobsDock") && !shows("editDock") && !shows("detailsDock"));
        action("action_workspace_present")->trigger();
        for (const QDockWidget* dock : m_window->findChildren<QDockWidget*>())
            QVERIFY2(dock->isHidden(), qPrintable(dock->objectName()));
        QVERIFY(child<QLineEdit>(*m_window, "promptEdit")->isVisible());
        action("action_resetLayout")->trigger();
        QVERIFY(shows("detailsDock") && shows("jobsDock") && !shows("factsDock"));
    }

    void aLayoutIsKeptByNameAndRemoved()
    {
        const auto menuAction = [this](const QString& menu, const QString& text) -> QAction* {
            for (const QMenu* one : m_window->findChildren<QMenu*>())
                if (one->title() == menu)
                    for (QAction* entry : one->actions())
                        if (entry->text() == text)
                            return entry;
            return nullptr;
        };
        action("action_workspace_facts")->trigger();
        action("action_saveLayout")->trigger();
        auto* ask = m_window->findChild<QInputDialog*>();
        QVERIFY(ask);
        QTest::keyClicks(ask->findChild<QLineEdit*>(), "My & own");
        QTest::keyClick(ask->findChild<QLineEdit*>(), Qt::Key_Return);
        QAction* own = menuAction("&Workspaces", "My && own");
        QVERIFY(own);
        action("action_resetLayout")->trigger();
        QVERIFY(!shows("factsDock"));
        own->trigger();
        QVERIFY(shows("factsDock") && !shows("detailsDock"));
        action("action_resetLayout")->trigger();
        QAction* remove = menuAction("&Remove", "My && own");
        QVERIFY(remove);
        remove->trigger();
        QVERIFY(!menuAction("&Workspaces", "My && own"));
    }

    void theLogTellsLevelsApart()
    {
        auto* log = child<LogDock>(*m_window, "logDock");
        QVERIFY(log->text().contains("note    Model mnemo-mamba is loaded."));
        auto* level = log->findChild<QComboBox*>("logLevel");
        level->setCurrentIndex(level->findData(int(LogLevel::Error)));
        QVERIFY(!m_window->openSession("/nowhere/gone.mnemo"));
        QVERIFY2(log->shown().contains("gone.mnemo") && log->shown().contains("error"), qPrintable(log->shown()));
        QVERIFY(!log->shown().contains("is loaded"));
        level->setCurrentIndex(0);
    }

    void tabReachesEverything()
    {
        action("action_workspace_edit")->trigger();
        comeToFront();
        child<QLineEdit>(*m_window, "promptEdit")->setFocus();
        QSet<const QWidget*> reached;
        for (int presses = 0; presses < 400 && !reached.contains(QApplication::focusWidget()); ++presses) {
            reached.insert(QApplication::focusWidget());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            if (qobject_cast<const QPlainTextEdit*>(QApplication::focusWidget()))  // there Tab is text
                QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab, Qt::ControlModifier);
        }
        QStringList missed;
        for (const QWidget* widget : m_window->findChildren<QWidget*>())
            if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) &&
                !widget->focusProxy() && !widget->visibleRegion().isEmpty() && !reached.contains(widget))
                missed << widget->objectName() + " (" + widget->metaObject()->className() + ")";
        QVERIFY2(missed.isEmpty(), qPrintable(missed.join(", ")));
        QVERIFY(reached.contains(map(*m_window, "h")) && reached.size() > 20);
        action("action_resetLayout")->trigger();
    }

    void everyFieldAndButtonHasANameForScreenReaders()
    {
        QStringList nameless;
        for (const QWidget* widget : m_window->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisibleTo(m_window.get()))
                continue;
            QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
            const bool isField = qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QComboBox*>(widget) ||
                                 qobject_cast<const QAbstractButton*>(widget);
            const bool inner = qobject_cast<const QComboBox*>(widget->parentWidget()) ||  // has a line of its own
                               qobject_cast<const QAbstractSpinBox*>(widget->parentWidget());
            if (isField && !inner && spoken && spoken->text(QAccessible::Name).isEmpty())
                nameless << widget->objectName() + " (" + widget->metaObject()->className() + ")";
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(", ")));
    }
};

QTEST_MAIN(TestComfort)
#include "tst_comfort.moc"
