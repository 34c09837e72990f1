// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses of cells, the dialog that takes them, and what was looked at.
#include <QSignalSpy>
#include <QTest>

#include "core/data/error.h"
#include "ui/go_to_dialog.h"
#include "ui/visits.h"

#include <QCompleter>
#include <QLabel>
#include <QLineEdit>

using namespace mnemo;

namespace {

AddressBook book()
{
    return {{"h", "s", "g"}, 24, {"The", "Tower", "of", "London", "is", "in", "the", "city", "of", "\"x"}};
}

constexpr Cell here{3, 1};

Visit onTrace(int trace, Cell cell = {})
{
    Visit visit;
    visit.trace = trace;
    visit.site = cell.valid() ? "h" : "";
    visit.cell = cell;
    return visit;
}

}  // namespace

class TestWalk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addressesAreRead_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("site");
        QTest::addColumn<int>("layer");
        QTest::addColumn<int>("pos");
        const auto row = [](const char* typed, const char* site, int layer, int pos) {
            QTest::newRow(typed) << QString(typed) << QString(site) << layer << pos;
        };
        row("12", "s", 12, 1);
        row("L12", "s", 12, 1);
        row(" l12 ", "s", 12, 1);
        row("12 5", "s", 12, 5);
        row("L12 T5", "s", 12, 5);
        row("T5 12", "s", 12, 5);
        row("t5", "s", 3, 5);
        row("12 \"London\"", "s", 12, 3);
        row("\"london", "s", 3, 3);
        row("London", "s", 3, 3);
        row("h", "h", 3, 1);
        row("g 0 9", "g", 0, 9);
        row("5 h 6", "h", 5, 6);
        row("of", "s", 3, 2);       // behind the token that is looked at
        row("\"The\"", "s", 3, 6);  // whatever its capitals
        row("23", "s", 23, 1);
    }

    void addressesAreRead()
    {
        QFETCH(QString, typed);
        QFETCH(QString, site);
        QFETCH(int, layer);
        QFETCH(int, pos);
        const CellAddress address = readAddress(typed, book(), {"s", here});
        QCOMPARE(address.site, site);
        QCOMPARE(address.cell, (Cell{layer, pos}));
    }

    void aTextThatIsThereTwiceIsGoneThroughInTurn()
    {
        QCOMPARE(readAddress("of", book(), {"s", {3, 2}}).cell.pos, 8);
        QCOMPARE(readAddress("of", book(), {"s", {3, 8}}).cell.pos, 2);
    }

    void whatCannotBeReadIsSaid_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("said");
        QTest::newRow("layer") << "24"
                               << "There is no layer 24.";
        QTest::newRow("named layer") << "L99"
                                     << "There is no layer L99.";
        QTest::newRow("huge") << "99999999999999999999"
                              << "There is no layer 99999999999999999999.";
        QTest::newRow("token") << "3 10"
                               << "There is no token 10.";
        QTest::newRow("text") << "3 \"Paris\""
                              << "No token is “Paris”.";
        QTest::newRow("word") << "x 3"
                              << "“x” is no site, layer or token.";
        QTest::newRow("minus") << "-1"
                               << "“-1” is no site, layer or token.";
        QTest::newRow("three") << "1 2 3"
                               << "“3” would be a second token.";
        QTest::newRow("two layers") << "L1 L2"
                                    << "“L2” would be a second layer.";
        QTest::newRow("two sites") << "h s"
                                   << "“s” is no site, layer or token.";
        QTest::newRow("nothing") << "  "
                                 << "Nothing was typed.";
    }

    void whatCannotBeReadIsSaid()
    {
        QFETCH(QString, typed);
        QFETCH(QString, said);
        try {
            readAddress(typed, book(), {"s", here});
            QFAIL("no error");
        } catch (const Failure& failure) {
            QCOMPARE(QString::fromStdString(failure.error().message), said);
            const QString hint = QString::fromStdString(failure.error().hint);
            QVERIFY2(hint.contains("layers 0–23, tokens 0–9") && hint.contains("h, s, g"), qPrintable(hint));
        }
    }

    void theLastWordIsCompletedAndCanBeRead()
    {
        QCOMPARE(addressCompletions("12 lo", book()), QStringList{"12 \"London\""});
        QCOMPARE(addressCompletions("12 \"t", book()), (QStringList{"12 \"The\"", "12 \"Tower\"", "12 \"the\""}));
        QCOMPARE(addressCompletions("t", book()), (QStringList{"\"The\"", "\"Tower\"", "\"the\""}));
        QVERIFY(addressCompletions("", book()).isEmpty());
        QVERIFY(addressCompletions("12 ", book()).isEmpty());
        QVERIFY(addressCompletions("12 h", book()).isEmpty());  // it is complete
        for (const QString& whole : addressCompletions("12 t", book()))
            QCOMPARE(readAddress(whole, book(), {"s", here}).cell.layer, 12);
    }

    void theDialogStaysUntilItCanBeRead()
    {
        GoToDialog dialog(book(), {"s", here});
        QSignalSpy chosen(&dialog, &GoToDialog::chosen);
        dialog.show();
        auto* line = dialog.findChild<QLineEdit*>("goToLine");
        auto* help = dialog.findChild<QLabel*>("goToHelp");
        QVERIFY(help->text().contains("layers 0–23, tokens 0–9"));
        QTest::keyClicks(line, "77");
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(dialog.isVisible() && chosen.isEmpty());
        QVERIFY2(help->text().startsWith("There is no layer 77."), qPrintable(help->text()));
        QTest::keyClicks(line, "g 7 lo");  // what was wrong is selected
        QVERIFY(!help->text().contains("77"));
        QCOMPARE(line->completer()->model()->rowCount(), 1);
        QTest::keyClicks(line, "ndon");
        line->completer()->popup();
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(!dialog.isVisible());
        QCOMPARE(chosen.size(), 1);
        QVERIFY(chosen[0][0].value<CellAddress>() == (CellAddress{"g", {7, 3}}));
    }

    void backAndForwardAsInABrowser()
    {
        Visits visits([](const Visit&) { return true; });
        QVERIFY(!visits.canGo(-1) && !visits.canGo(1) && !visits.go(-1));
        visits.add(onTrace(1), 0);
        visits.add(onTrace(1, {2, 3}), 10);  // the same visit, now with a cell
        QVERIFY(!visits.canGo(-1));
        visits.add(onTrace(1, {9, 3}), 20);
        visits.add(onTrace(1, {9, 3}), 30);
        visits.add(onTrace(1), 35);  // nothing chosen is no place
        visits.add(onTrace(2, {1, 1}), 40);
        QVERIFY(visits.go(-1) == onTrace(1, {9, 3}));
        QVERIFY(visits.go(-1) == onTrace(1, {2, 3}));
        QVERIFY(!visits.canGo(-1) && !visits.go(-1));
        QVERIFY(visits.go(1) == onTrace(1, {9, 3}));
        visits.add(onTrace(3, {0, 0}), 50);  // forgets what lay forward
        QVERIFY(!visits.canGo(1));
        QVERIFY(visits.go(-1) == onTrace(1, {9, 3}));
    }

    void whatTheProgramChoseIsNoPlaceOfItsOwn()
    {
        Visits visits([](const Visit&) { return true; });
        visits.add(onTrace(1, {0, 0}), 0);
        visits.add(onTrace(2, {-1, 4}), 1000);
        visits.setPassing();
        visits.add(onTrace(2, {6, 6}), 2000);
        QVERIFY(visits.go(-1) == onTrace(1, {0, 0}));
        QVERIFY(visits.go(1) == onTrace(2, {6, 6}));
        visits.add(onTrace(2, {1, 1}), 3000);  // the user chose that one
        QVERIFY(visits.go(-1) == onTrace(2, {6, 6}));
    }

    void aWalkWithTheArrowsIsOneVisit()
    {
        Visits visits([](const Visit&) { return true; });
        visits.add(onTrace(1, {0, 0}), 0);
        visits.add(onTrace(1, {5, 5}), 5000);
        for (int step = 1; step <= 4; ++step)
            visits.add(onTrace(1, {5 + step, 5}), 5000 + 100 * step);
        QVERIFY(visits.go(-1) == onTrace(1, {0, 0}));
        QVERIFY(visits.go(1) == onTrace(1, {9, 5}));
        visits.add(onTrace(1, {8, 5}), 5401);  // one went there: it is a place of its own
        QVERIFY(visits.go(-1) == onTrace(1, {9, 5}));
        visits.go(1);
        visits.add(onTrace(1, {7, 5}), 20000);  // long after: no walk
        QVERIFY(visits.go(-1) == onTrace(1, {8, 5}));
    }

    void whatIsGoneIsPassedOver()
    {
        int gone = 0;
        Visits visits([&gone](const Visit& visit) { return visit.trace != gone; });
        visits.add(onTrace(1, {0, 0}), 0);
        visits.add(onTrace(2, {0, 0}), 1000);
        visits.add(onTrace(1, {0, 0}), 2000);
        visits.add(onTrace(3, {0, 0}), 3000);
        gone = 1;
        QVERIFY(visits.go(-1) == onTrace(2, {0, 0}));
        QVERIFY(!visits.canGo(-1));
        gone = 2;
        QVERIFY(visits.go(1) == onTrace(1, {0, 0}));
        gone = 3;
        QVERIFY(!visits.canGo(1));
    }

    void thereAreOnlySoMany()
    {
        Visits visits([](const Visit&) { return true; });
        for (int trace = 1; trace <= 250; ++trace)
            visits.add(onTrace(trace), trace);
        int back = 0;
        while (visits.go(-1))
            ++back;
        QCOMPARE(back, 99);
    }
};

QTEST_MAIN(TestWalk)
#include "tst_walk.moc"
