// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "ui/tour.h"
#include "ui/tour_ring.h"

#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSignalSpy>

using namespace mnemo;

class TestTour : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theBubbleStandsInTheWindowBesideItsTarget_data()
    {
        QTest::addColumn<QRect>("target");
        QTest::addColumn<bool>("free");  // there is room beside it
        QTest::newRow("at the top") << QRect(0, 0, 1000, 60) << true;
        QTest::newRow("at the bottom") << QRect(0, 560, 1000, 40) << true;
        QTest::newRow("at the left") << QRect(0, 0, 300, 600) << true;
        QTest::newRow("at the right") << QRect(700, 0, 300, 600) << true;
        QTest::newRow("in a corner") << QRect(980, 0, 20, 20) << true;
        QTest::newRow("everything") << QRect(0, 0, 1000, 600) << false;
    }

    void theBubbleStandsInTheWindowBesideItsTarget()
    {
        QFETCH(QRect, target);
        QFETCH(bool, free);
        const QRect window(0, 0, 1000, 600);
        const QRect bubble = bubbleBeside(target, {380, 160}, window);
        QCOMPARE(bubble.size(), QSize(380, 160));
        QVERIFY(window.contains(bubble));
        QCOMPARE(!bubble.intersects(target), free);
    }

    void withoutATargetItStandsInTheMiddle()
    {
        const QRect bubble = bubbleBeside({}, {300, 100}, QRect(0, 0, 1000, 600));
        QVERIFY((bubble.center() - QPoint(500, 300)).manhattanLength() < 8);
    }

    void keysGoOnBackAndEnd()
    {
        QWidget window;
        window.resize(1000, 600);
        auto* field = new QLineEdit(&window);
        field->setGeometry(20, 20, 300, 40);
        auto* other = new QLineEdit(&window);
        other->setGeometry(20, 500, 300, 40);
        int stops = 0, entered = 0;
        connect(new QShortcut(Qt::Key_Escape, &window), &QShortcut::activated, this, [&] { ++stops; });
        Tour tour(&window);
        window.show();
        QApplication::setActiveWindow(&window);
        field->setFocus();
        QString said = "first text";
        tour.start({{"First", [&] { return said; }, [&] { return field; }},
                    {"Second", [] { return QString("second"); }, [&] { return other; }, {}, [&] { ++entered; }},
                    {"Third", [] { return QString("third"); }, [] { return nullptr; }}});
        QCOMPARE(tour.step(), 0);
        QCOMPARE(tour.text(), said);
        QCOMPARE(tour.pointsAt(), field->geometry());
        QVERIFY(!tour.geometry().intersects(field->geometry()));
        said = "new text";
        tour.refresh();
        QCOMPARE(tour.text(), said);

        auto* next = tour.findChild<QPushButton*>("tourNext");
        QVERIFY(next->hasFocus());
        QVERIFY(!tour.findChild<QPushButton*>("tourBack")->isEnabled());
        QTest::keyClick(next, Qt::Key_Return);
        QCOMPARE(tour.step(), 1);
        QCOMPARE(entered, 1);
        QCOMPARE(tour.pointsAt(), other->geometry());
        QTest::keyClick(next, Qt::Key_Left);
        QCOMPARE(tour.step(), 0);
        QTest::keyClick(next, Qt::Key_Right);
        QTest::keyClick(next, Qt::Key_Right);
        QCOMPARE(tour.step(), 2);
        QVERIFY(tour.pointsAt().isEmpty());
        QSignalSpy ended(&tour, &Tour::ended);
        QTest::keyClick(next, Qt::Key_Escape);
        QCOMPARE(tour.step(), -1);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(stops, 0);  // Esc was the tour's
        QVERIFY(!tour.isVisible());
        QVERIFY(field->hasFocus());
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(stops, 1);  // and is the window's again
    }

    void itFollowsWhatItPointsAtAndBlocksNothing()
    {
        QWidget window;
        window.resize(1000, 600);
        auto* field = new QLineEdit(&window);
        field->setGeometry(20, 20, 300, 40);
        Tour tour(&window);
        window.show();
        QApplication::setActiveWindow(&window);
        tour.start({{"Only", [] { return QString("text"); }, [&] { return field; }}});
        field->setFocus();
        QTest::keyClicks(field, "typed beside it");
        QCOMPARE(field->text(), QStringLiteral("typed beside it"));
        QCOMPARE(tour.step(), 0);
        QWidget* ring = window.findChild<TourRing*>();
        field->move(400, 300);
        QTRY_VERIFY(ring->geometry().contains(field->geometry()));
        field->hide();
        QTRY_VERIFY(!ring->isVisible());
        QVERIFY(tour.isVisible());
        window.resize(420, 220);
        QTRY_VERIFY(window.rect().contains(tour.geometry()));
        tour.next();  // behind the last one
        QCOMPARE(tour.step(), -1);
    }
};

QTEST_MAIN(TestTour)
#include "tst_tour.moc"
