// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_text.h"

#include <QTest>
#include <limits>

using namespace mnemo;

class TestNumberText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void smallNumbersAreWrittenInPowers()
    {
        QCOMPARE(shortNumber(0.4201), QStringLiteral("0.42"));
        QCOMPARE(shortNumber(-3.14159), QStringLiteral("−3.14"));
        QCOMPARE(shortNumber(1.23e-7), QStringLiteral("1.2e−07"));
        QCOMPARE(shortNumber(std::numeric_limits<double>::quiet_NaN()), QStringLiteral("–"));
    }

    void sharesAreRoundedToThreePlaces()
    {
        QCOMPARE(shareText(0.76349), QStringLiteral("0.763"));
        QCOMPARE(shareText(0.99996), QStringLiteral("1"));
        QCOMPARE(shareText(-0.0204), QStringLiteral("−0.02"));
        QCOMPARE(shareText(-8.1e-10), QStringLiteral("0"));
        QCOMPARE(shareText(std::numeric_limits<double>::infinity()), QStringLiteral("–"));
    }

    void probabilitiesAreNeverShownAsNothing()
    {
        QCOMPARE(probabilityText(0.83124), QStringLiteral("0.831"));
        QCOMPARE(probabilityText(0.00512), QStringLiteral("0.0051"));
        QCOMPARE(probabilityText(3e-6), QStringLiteral("<1e−4"));
        QCOMPARE(probabilityText(0), QStringLiteral("0.0000"));
    }
};

QTEST_GUILESS_MAIN(TestNumberText)
#include "tst_number_text.moc"
