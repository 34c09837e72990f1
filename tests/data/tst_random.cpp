// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/random.h"

#include <QTest>
#include <algorithm>
#include <map>

using namespace mnemo;

class TestRandom : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// The numbers of SplitMix64's published reference for this seed.
    void firstNumbers()
    {
        Random random(1234567);
        for (const std::uint64_t expected : {6457827717110365317U, 3203168211198807973U, 9817491932198370423U,
                                             4593380528125082431U, 16408922859458223821U})
            QCOMPARE(random.next(), expected);
    }

    /// Made with the same steps in Python.
    void derivedNumbersAreFixedToo()
    {
        Random random(7);
        std::vector<int> below, list{0, 1, 2, 3, 4, 5, 6, 7};
        for (int i = 0; i < 8; ++i)
            below.push_back(random.below(100));
        QCOMPARE(below, (std::vector<int>{38, 1, 90, 58, 45, 24, 46, 32}));
        random.shuffle(list);
        QCOMPARE(list, (std::vector<int>{5, 7, 6, 3, 4, 0, 2, 1}));
        QCOMPARE(random.uniform(), 4938534010183024.0 * 0x1p-53);
    }

    void numbersSpreadEvenly()
    {
        Random random(3);
        std::vector<int> counts(10);
        double sum = 0;
        int hits = 0;
        for (int i = 0; i < 100000; ++i) {
            ++counts[std::size_t(random.below(10))];
            const double u = random.uniform();
            QVERIFY(u >= 0 && u < 1);
            sum += u;
            hits += random.chance(0.06);
        }
        for (const int count : counts)
            QVERIFY(std::abs(count - 10000) < 400);  // four standard deviations
        QVERIFY(std::abs(sum / 100000 - 0.5) < 0.004);
        QVERIFY(std::abs(hits - 6000) < 300);
        QVERIFY(!random.chance(0) && random.chance(1));
    }

    void shuffleKeepsAllAndReachesEveryOrder()
    {
        Random random(5);
        std::map<std::vector<int>, int> orders;
        for (int i = 0; i < 6000; ++i) {
            std::vector<int> list{1, 2, 3};
            random.shuffle(list);
            ++orders[list];
        }
        QCOMPARE(orders.size(), std::size_t(6));
        for (const auto& [order, count] : orders)
            QVERIFY(std::is_permutation(order.begin(), order.end(), std::vector<int>{1, 2, 3}.begin()) && count > 850);
    }

    void aStateBringsTheNumbersBack()
    {
        Random random(9), other(0);
        random.next();
        other.restore(random.state());
        QCOMPARE(other.next(), random.next());
        QCOMPARE(other.state(), random.state());
    }
};

QTEST_APPLESS_MAIN(TestRandom)
#include "tst_random.moc"
