// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/score.h"

#include <QTest>
#include <cmath>

using namespace mnemo;

namespace {

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-9;
}

}  // namespace

class TestScore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// Logits log 1, log 2, log 4, log 2, log 1: p = .1 .2 .4 .2 .1
    void probabilitiesAndRanks()
    {
        const float two = std::log(2.0F);
        const std::vector<float> logits{0, two, 2 * two, two, 0};
        const Distribution distribution(logits);
        const TokenScore score = distribution.score(3);
        QVERIFY(std::abs(std::exp(score.logp) - 0.2) < 1e-7);
        QCOMPARE(score.rank, 1);
        QCOMPARE(distribution.score(1).rank, 1);
        QCOMPARE(distribution.score(0).rank, 3);
    }

    void hiddenRowsCountInTheSoftmaxAndAreNotListed()
    {
        const std::vector<float> logits{1, 3, 2, 9, 9};
        const Distribution distribution(logits);
        const std::vector<TokenScore> top = distribution.top(10, 3);
        QCOMPARE(top.size(), std::size_t(3));
        QCOMPARE(top[0].token, 1);
        QCOMPARE(top[1].token, 2);
        QCOMPARE(top[0].rank, 2);
        QVERIFY(std::exp(top[0].logp) < 0.01);
    }

    void tiesAreOrderedById()
    {
        const std::vector<float> logits{1, 2, 2, 2};
        const std::vector<TokenScore> top = Distribution(logits).top(2, 4);
        QCOMPARE(top[0].token, 1);
        QCOMPARE(top[1].token, 2);
    }

    void largeLogitsDoNotOverflow()
    {
        const std::vector<float> logits{900, 899};
        QVERIFY(near(std::exp(Distribution(logits).score(0).logp), 1 / (1 + std::exp(-1.0))));
    }

    void divergenceOfTwoCoins()
    {
        const std::vector<float> fair{0, 0};
        const std::vector<float> odd{0, std::log(3.0F)};
        QVERIFY(near(divergence(Distribution(fair), Distribution(fair)), 0));
        QVERIFY(std::abs(divergence(Distribution(fair), Distribution(odd)) - 0.5 * std::log(4.0 / 3)) < 1e-7);
    }

    void aSequenceIsAProduct()
    {
        const std::vector<float> first{0, std::log(3.0F)};
        const std::vector<float> second{0, 0};
        const Score score = scoreAnswer({Distribution(first), Distribution(second)}, {1, 0}, 0, Distribution(second));
        QVERIFY(std::abs(score.p - 0.75 * 0.5) < 1e-7);
        QVERIFY(std::abs(score.logp - std::log(0.375)) < 1e-7);
        QCOMPARE(score.rank, 0.0);
        QVERIFY(near(score.logitFoil, 0));
        QVERIFY(score.kl > 0);
    }

    void meansAndSpread()
    {
        Score a;
        Score b;
        a.p = 0.2;
        b.p = 0.6;
        a.rank = 1;
        b.rank = 4;
        QVERIFY(near(mean({a, b}).p, 0.4));
        QVERIFY(near(mean({a, b}).rank, 2.5));
        QVERIFY(near(spreadOfP({a, b}), 0.4 / std::sqrt(2.0)));
        QVERIFY(near(spreadOfP({a}), 0));
    }
};

QTEST_APPLESS_MAIN(TestScore)
#include "tst_score.moc"
