// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "ui/command_palette.h"
#include "ui/fuzzy_match.h"
#include "ui/note_list.h"
#include "ui/palette_entries.h"
#include "ui/why_not.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMainWindow>
#include <QMenuBar>
#include <QTabWidget>
#include <QVBoxLayout>

using namespace mnemo;

namespace {

PaletteEntry entry(const QString& text, const QString& path, const QString& keys = {}, const QString& problem = {})
{
    return {text, text, path, keys, {}, problem, false, [] {}};
}

QStringList ranked(const std::vector<PaletteEntry>& entries, const QString& query, const QStringList& recent = {})
{
    QStringList texts;
    for (const RankedEntry& one : rankEntries(entries, query, recent))
        texts << entries[std::size_t(one.index)].text;
    return texts;
}

/// A window with a field, a palette over it, and what was done.
struct Window {
    QWidget window;
    QLineEdit* field = new QLineEdit(&window);
    CommandPalette* palette = new CommandPalette(&window);
    QStringList done;

    Window()
    {
        window.resize(800, 600);
        window.show();
        QApplication::setActiveWindow(&window);
        field->setFocus();
    }

    void open()
    {
        std::vector<PaletteEntry> entries{entry("Trace", "Experiment", "F5"), entry("Stop", "Experiment", "Esc"),
                                          entry("Redo", "Edit", {}, "Nothing was undone."), entry("Quit", "File")};
        for (PaletteEntry& one : entries)
            one.run = [this, text = one.text] { done << text; };
        palette->open(entries);
    }

    QLineEdit* line() const { return palette->findChild<QLineEdit*>("paletteLine"); }
    QListWidget* list() const { return palette->findChild<QListWidget*>("paletteList"); }
    QString help() const { return palette->findChild<QLabel*>("paletteHelp")->text(); }
    QString current() const { return list()->currentItem() ? list()->currentItem()->text() : QString(); }
};

}  // namespace

class TestCommandPalette : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lettersMatchAtWordsAndInOrder_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("fits");
        QTest::newRow("whole word") << "trace"
                                    << "Trace the edits" << true;
        QTest::newRow("capitals") << "TRACE"
                                  << "trace" << true;
        QTest::newRow("beginnings") << "ofs"
                                    << "Open facts session" << true;
        QTest::newRow("inside a word") << "shrtcts"
                                       << "Keyboard shortcuts" << true;
        QTest::newRow("words in any order") << "edits trace"
                                            << "Trace the edits" << true;
        QTest::newRow("behind a hyphen") << "out"
                                         << "Knock-out…" << true;
        QTest::newRow("not from the middle") << "race"
                                             << "Trace" << false;
        QTest::newRow("not scattered over words") << "tdt"
                                                  << "Trace the edits" << false;
        QTest::newRow("a letter too many") << "tracee"
                                           << "Trace" << false;
        QTest::newRow("one word of two is missing") << "trace undo"
                                                    << "Trace the edits" << false;
        QTest::newRow("other scripts") << "größe"
                                       << "Die GRÖSSE, größe" << true;
        QTest::newRow("nothing typed") << ""
                                       << "Trace" << true;
        QTest::newRow("nothing to find it in") << "t"
                                               << "" << false;
    }

    void lettersMatchAtWordsAndInOrder()
    {
        QFETCH(QString, query);
        QFETCH(QString, text);
        QFETCH(bool, fits);
        QCOMPARE(fuzzyMatch(query, text).has_value(), fits);
    }

    void theBestWayToFindTheLettersIsMarked()
    {
        // "of" stands at the beginnings of two words, but better as a word of its own.
        QVERIFY(fuzzyMatch("of", "open file of facts")->at == (std::vector<int>{10, 11}));
        QVERIFY(fuzzyMatch("ff", "open file of facts")->at == (std::vector<int>{5, 13}));
    }

    void closerMatchesComeFirst()
    {
        const std::vector<PaletteEntry> entries{
            entry("Trace a known fact", "Experiment"), entry("Open facts…", "File"), entry("Trace", "Experiment", "F5"),
            entry("Average over facts…", "Experiment", "F6"), entry("Dark", "View › Theme")};
        QCOMPARE(ranked(entries, "trace").mid(0, 2), (QStringList{"Trace", "Trace a known fact"}));
        QCOMPARE(ranked(entries, "f6"), QStringList{"Average over facts…"});  // the key
        QCOMPARE(ranked(entries, "theme"), QStringList{"Dark"});              // only the menu says it
        QCOMPARE(ranked(entries, "theme dark"), QStringList{"Dark"});         // both
        QVERIFY(ranked(entries, "xyz").isEmpty());
        const std::vector<PaletteEntry> alike{entry("Logit lens…", "Experiment"), entry("Logit lens", "Glossary")};
        QCOMPARE(ranked(alike, "lens"), (QStringList{"Logit lens…", "Logit lens"}));  // commands were given first
        QCOMPARE(ranked(entries, "").size(), 5);
    }

    void whatTheMenuNamesStaysInItsOrder()
    {
        const std::vector<PaletteEntry> entries{entry("Full screen", "View"), entry("Log", "View"),
                                                entry("Quit", "File"), entry("Docks", "View")};
        QCOMPARE(ranked(entries, "view"), (QStringList{"Full screen", "Log", "Docks"}));
    }

    void whatWasUsedLastComesFirst()
    {
        const std::vector<PaletteEntry> entries{entry("Alpha", "A"), entry("Beta", "A"), entry("Gamma", "A"),
                                                entry("Alpine", "A")};
        QCOMPARE(ranked(entries, "", {"Gamma", "Beta", "Gone"}), (QStringList{"Gamma", "Beta", "Alpha", "Alpine"}));
        QCOMPARE(ranked(entries, "al"), (QStringList{"Alpha", "Alpine"}));  // alike: as they were given
        QCOMPARE(ranked(entries, "al", {"Alpine"}), (QStringList{"Alpine", "Alpha"}));
        QCOMPARE(ranked(entries, "alpha", {"Alpine"}), QStringList{"Alpha"});  // never against what was typed
    }

    void whatCannotBeDoneComesLast()
    {
        const std::vector<PaletteEntry> entries{entry("Undo", "Edit", {}, "Nothing was done."),
                                                entry("Undock", "View")};
        QCOMPARE(ranked(entries, "und"), (QStringList{"Undock", "Undo"}));
    }

    void keysAloneFindAndRun()
    {
        Window w;
        w.open();
        QVERIFY(w.palette->isVisible());
        QVERIFY(w.line()->hasFocus());
        QCOMPARE(w.list()->count(), 4);
        QTest::keyClicks(w.line(), "qui");
        QCOMPARE(w.current(), QStringLiteral("Quit"));
        QTest::keyClick(w.line(), Qt::Key_Return);
        QCOMPARE(w.done, QStringList{"Quit"});
        QVERIFY(!w.palette->isVisible());
        QVERIFY(w.field->hasFocus());  // where it was before
        QCOMPARE(w.palette->recent(), QStringList{"Quit"});

        w.open();
        QVERIFY(w.line()->text().isEmpty());
        QCOMPARE(w.current(), QStringLiteral("Quit"));  // used last
        QTest::keyClick(w.line(), Qt::Key_Up);          // around
        QCOMPARE(w.current(), QStringLiteral("Redo"));
        QTest::keyClick(w.line(), Qt::Key_Down);
        QTest::keyClick(w.line(), Qt::Key_Down);
        QTest::keyClick(w.line(), Qt::Key_Enter);
        QCOMPARE(w.done, (QStringList{"Quit", "Trace"}));
        QCOMPARE(w.palette->recent(), (QStringList{"Trace", "Quit"}));
    }

    void escapeAndLeavingClose()
    {
        Window w;
        w.open();
        QTest::keyClick(w.line(), Qt::Key_Escape);
        QVERIFY(!w.palette->isVisible());
        w.open();
        w.field->setFocus();
        QVERIFY(!w.palette->isVisible());
        QVERIFY(w.field->hasFocus());
        QVERIFY(w.done.isEmpty());
    }

    void whatCannotBeDoneSaysWhy()
    {
        Window w;
        w.open();
        QTest::keyClicks(w.line(), "redo");
        QCOMPARE(w.help(), QStringLiteral("Nothing was undone."));
        QTest::keyClick(w.line(), Qt::Key_Return);
        QVERIFY(w.palette->isVisible());
        QVERIFY(w.done.isEmpty());
        QTest::keyClicks(w.line(), "zzz");
        QVERIFY(w.help().contains("redozzz"));
        QTest::keyClick(w.line(), Qt::Key_Return);  // there is nothing to run
        QVERIFY(w.palette->isVisible());
    }

    void entriesOfMenusListsAndTabs()
    {
        QMainWindow window;
        QMenu* view = window.menuBar()->addMenu("&View");
        QMenu* theme = view->addMenu("&Theme");
        QAction* dark = theme->addAction("&Dark");
        dark->setCheckable(true);
        dark->setObjectName("action_dark");
        QAction* undo = view->addAction("&Undo && more");
        undo->setShortcut(QKeySequence("Ctrl+Z"));
        setWhyNot(undo, "Nothing was done.");
        view->addSeparator();
        auto entries = menuEntries(*window.menuBar());
        QCOMPARE(int(entries.size()), 2);
        QCOMPARE(entries[0].path, QStringLiteral("View › Theme"));
        QCOMPARE(entries[0].id, QStringLiteral("action:action_dark"));
        entries[0].run();
        QVERIFY(dark->isChecked());
        QVERIFY(menuEntries(*window.menuBar())[0].checked);
        QCOMPARE(entries[1].text, QStringLiteral("Undo & more"));
        QCOMPARE(entries[1].keys, QStringLiteral("Ctrl+Z"));
        QCOMPARE(entries[1].problem, QStringLiteral("Nothing was done."));
        delete dark;
        entries[0].run();  // gone meanwhile: nothing happens

        QComboBox list;
        list.addItem("first", "a");
        list.addItem("second", "b");
        QString chosen;
        const auto items = listEntries(list, "Model", [&](const QString& value) { chosen = value; });
        QVERIFY(items[0].checked && !items[1].checked);
        items[1].run();
        QCOMPARE(chosen, QStringLiteral("b"));

        int shown = 0;
        const auto notes =
            noteEntries({{.id = 7, .text = "", .created = "a", .place = {.words = "h, layer 3"}},
                         {.id = 9, .text = " why  here?\nmore", .created = "b", .place = {.words = "o"}}},
                        [&](int id) { shown = id; });
        QCOMPARE(notes[0].text, QStringLiteral("h, layer 3"));
        QCOMPARE(notes[0].path, QStringLiteral("Bookmark"));
        QCOMPARE(notes[1].text, QStringLiteral("why here?"));
        notes[1].run();
        QCOMPARE(shown, 9);

        QTabWidget tabs;
        tabs.addTab(new QWidget, "one");
        tabs.addTab(new QWidget, "two");
        const auto pages = tabEntries(tabs);
        pages[1].run();
        QCOMPARE(tabs.currentIndex(), 1);
        delete tabs.widget(0);
        pages[0].run();  // closed meanwhile
        QCOMPARE(tabs.currentIndex(), 0);
    }
};

QTEST_MAIN(TestCommandPalette)
#include "tst_command_palette.moc"
