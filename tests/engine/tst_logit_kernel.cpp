// SPDX-License-Identifier: GPL-3.0-or-later
// Sums over the vocabulary beside plain loops in long double.
#include "core/engine/kernels/logit_kernel.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace mnemo;

namespace {

template <typename T>
std::vector<T> randomRow(std::size_t size, double spread, unsigned seed)
{
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal(3, spread);
    std::vector<T> row(size);
    for (T& x : row)
        x = T(normal(generator));
    return row;
}

template <typename T>
long double plainSum(const std::vector<T>& row)
{
    const long double most = *std::ranges::max_element(row);
    long double sum = 0;
    for (const T x : row)
        sum += std::exp(static_cast<long double>(x) - most);
    return most + std::log(sum);
}

template <typename T>
long double plainDivergence(const std::vector<T>& p, const std::vector<T>& q)
{
    const long double pSum = plainSum(p), qSum = plainSum(q);
    long double sum = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const long double logp = p[i] - pSum;
        sum += std::exp(logp) * (logp - (q[i] - qSum));
    }
    return sum;
}

}  // namespace

class TestLogitKernel : public QObject
{
    Q_OBJECT

    template <typename T>
    void compare(std::size_t size, double spread, double tolerance)
    {
        const std::vector<T> p = randomRow<T>(size, spread, 1), q = randomRow<T>(size, spread, 2);
        const auto n = std::int64_t(size);
        const double pSum = logSumExp(p.data(), n), qSum = logSumExp(q.data(), n);
        QVERIFY2(std::abs(double(pSum - plainSum(p))) < tolerance, qPrintable(QString::number(double(plainSum(p)))));
        for (const std::size_t token : {std::size_t(0), size / 2, size - 1})
            QCOMPARE(countAbove(p.data(), n, p[token]),
                     std::int64_t(std::ranges::count_if(p, [&](T x) { return x > p[token]; })));
        const long double kl = plainDivergence(p, q);
        const double got = divergence(p.data(), pSum, q.data(), qSum, n);
        QVERIFY2(std::abs(double(got - kl)) < tolerance * (1 + double(kl)),
                 qPrintable(QStringLiteral("%1 instead of %2").arg(got).arg(double(kl))));
    }

private Q_SLOTS:
    void sumsRanksAndDivergences_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<double>("spread");
        for (const int size : {1, 15, 16, 17, 511, 512, 529, 50280})
            for (const double spread : {0.01, 2.0, 60.0})
                QTest::addRow("%d logits, spread %g", size, spread) << size << spread;
    }
    void sumsRanksAndDivergences()
    {
        QFETCH(int, size);
        QFETCH(double, spread);
        compare<float>(std::size_t(size), spread, 1e-6);
        compare<double>(std::size_t(size), spread, 1e-12);
    }

    void tiesAreNotAbove()
    {
        const std::vector<float> row(40, 1.5F);
        QCOMPARE(countAbove(row.data(), 40, 1.5F), std::int64_t(0));
        QVERIFY(std::abs(logSumExp(row.data(), 40) - (1.5 + std::log(40.0))) < 1e-6);
    }

    void rowsThatAreNearlyAlikeHaveTheirSmallDivergence()
    {
        const std::vector<float> p = randomRow<float>(50280, 2, 3);
        std::vector<float> q = p;
        q[100] += 0.25F;
        const double pSum = logSumExp(p.data(), 50280), qSum = logSumExp(q.data(), 50280);
        const auto kl = double(plainDivergence(p, q));
        QVERIFY(kl > 0 && kl < 1e-3);
        QVERIFY(std::abs(divergence(p.data(), pSum, q.data(), qSum, 50280) - kl) < 2e-8);
        QVERIFY(std::abs(divergence(p.data(), pSum, p.data(), pSum, 50280)) < 1e-12);
    }
};

QTEST_APPLESS_MAIN(TestLogitKernel)
#include "tst_logit_kernel.moc"
