// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bar_list.h"

#include <QSignalSpy>
#include <QtTest>

using namespace mnemo;

class TestBarList : public QObject
{
    Q_OBJECT

    BarList* m_bars = nullptr;

private Q_SLOTS:
    void init()
    {
        m_bars = new BarList;
        m_bars->resize(400, 300);
        m_bars->setSeries({{RunRole::Clean, {{7, "·Seattle", 0.5}, {8, "·Tacoma", 0.2}, {9, "·New", 0.05}}},
                           {RunRole::Corrupted, {{9, "·New", 0.4}, {7, "·Seattle", 0.1}, {11, "·Paris", 0.3}}}});
        m_bars->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_bars));
    }

    void cleanup() { delete m_bars; }

    void rowsGoByTheLargestProbability()
    {
        QCOMPARE(m_bars->rows(), 4);
        const int expected[] = {7, 9, 11, 8};
        for (int row = 0; row < 4; ++row)
            QCOMPARE(m_bars->tokenId(row), expected[row]);
    }

    void targetAndFoilComeFirst()
    {
        m_bars->setTarget(8);
        m_bars->setFoil(11);
        QCOMPARE(m_bars->tokenId(0), 8);
        QCOMPARE(m_bars->tokenId(1), 11);
        QCOMPARE(m_bars->tokenId(2), 7);
        m_bars->setMaxRows(3);
        QCOMPARE(m_bars->rows(), 3);
    }

    void barsAreAsLongAsTheProbability()
    {
        const double clean = m_bars->barRect(0, RunRole::Clean).width();
        const double corrupted = m_bars->barRect(0, RunRole::Corrupted).width();
        QVERIFY(qAbs(clean / corrupted - 5) < 1e-6);
        QVERIFY(m_bars->barRect(2, RunRole::Clean).isEmpty());  // the clean run does not list Paris
        QVERIFY(m_bars->barRect(0, RunRole::Patched).isEmpty());
        const QColor painted =
            m_bars->grab().toImage().pixelColor(m_bars->barRect(0, RunRole::Clean).center().toPoint());
        QCOMPARE(painted, runColour(RunRole::Clean, m_bars->palette().color(QPalette::Base)));
    }

    void clicksNameTheToken()
    {
        QSignalSpy clicked(m_bars, &BarList::clicked);
        QSignalSpy alt(m_bars, &BarList::altClicked);
        QTest::mouseClick(m_bars, Qt::LeftButton, {}, m_bars->rowRect(1).center());
        QTest::mouseClick(m_bars, Qt::LeftButton, Qt::AltModifier, m_bars->rowRect(2).center());
        QCOMPARE(clicked.takeFirst(), (QList<QVariant>{9}));
        QCOMPARE(alt.takeFirst(), (QList<QVariant>{11}));
        QVERIFY(clicked.isEmpty());
    }

    void keysWalkTheRows()
    {
        QSignalSpy clicked(m_bars, &BarList::clicked);
        QTest::keyClick(m_bars, Qt::Key_Down);
        QTest::keyClick(m_bars, Qt::Key_Down);
        QTest::keyClick(m_bars, Qt::Key_Return);
        QCOMPARE(clicked.takeFirst(), (QList<QVariant>{9}));
        QTest::keyClick(m_bars, Qt::Key_End);
        QTest::keyClick(m_bars, Qt::Key_Down);
        QTest::keyClick(m_bars, Qt::Key_Return);
        QCOMPARE(clicked.takeFirst(), (QList<QVariant>{8}));
    }

    void rowsHaveWords()
    {
        m_bars->setTarget(7);
        QCOMPARE(m_bars->gridCellText(0, 0), QStringLiteral("·Seattle, target: clean 0.500, corrupted 0.100"));
        QCOMPARE(m_bars->gridCellText(2, 0), QStringLiteral("·Paris: clean –, corrupted 0.300"));
    }

    void nothingToShowIsHarmless()
    {
        m_bars->setSeries({});
        QCOMPARE(m_bars->rows(), 0);
        QTest::keyClick(m_bars, Qt::Key_Down);
        QTest::keyClick(m_bars, Qt::Key_Return);
        QTest::mouseClick(m_bars, Qt::LeftButton, {}, m_bars->rect().center());
        QVERIFY(!m_bars->grab().isNull());
    }
};

QTEST_MAIN(TestBarList)
#include "tst_bar_list.moc"
