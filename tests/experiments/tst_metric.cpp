// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/data/metric.h"
#include "tests/support/refusal.h"

#include <QTest>
#include <cmath>

using namespace mnemo;

namespace {

ArrayPtr map(const std::string& name, const std::vector<double>& values)
{
    Array array = Array::make(name, {{"layer", {"0", "1"}}, {"token", {"a", "b"}}}, "x");
    array.values = values;
    array.states = {CellState::Exact, CellState::Computed, CellState::NotComputed, CellState::Undefined};
    return std::make_shared<const Array>(array);
}

Result trace(double clean, double corrupt)
{
    const double none = std::nan("");
    Result result;
    result.kind = "trace";
    result.head = {{"p_clean", clean}, {"p_corrupt", corrupt}};
    result.arrays = {map("h.p", {0.2, 0.7, none, none}),      map("h.logp", {-1.5, -0.5, none, none}),
                     map("h.rank", {4, 0, none, none}),       map("h.logit", {3, 8, none, none}),
                     map("h.logit_foil", {5, 2, none, none}), map("h.kl", {0.25, 0.5, none, none})};
    return result;
}

}  // namespace

class TestMetric : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void namesRoundTrip()
    {
        for (const Metric metric : allMetrics)
            QCOMPARE(metricFromName(metricName(metric)), metric);
        QVERIFY_EXCEPTION_THROWN(metricFromName("effect"), Failure);
    }

    void derivedMaps_data()
    {
        QTest::addColumn<int>("metric");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("unit");
        QTest::addColumn<double>("first");
        QTest::addColumn<double>("second");
        QTest::newRow("ie") << int(Metric::IndirectEffect) << "h.ie"
                            << "IE" << 0.0 << 0.5 / 0.6;
        QTest::newRow("p") << int(Metric::Probability) << "h.p"
                           << "probability" << 0.2 << 0.7;
        QTest::newRow("logit_diff") << int(Metric::LogitDifference) << "h.logit_diff"
                                    << "logit" << -2.0 << 6.0;
        QTest::newRow("logp") << int(Metric::LogProbability) << "h.logp"
                              << "nats" << -1.5 << -0.5;
        QTest::newRow("rank") << int(Metric::Rank) << "h.rank"
                              << "rank" << 4.0 << 0.0;
        QTest::newRow("kl") << int(Metric::Kl) << "h.kl"
                            << "nats" << 0.25 << 0.5;
    }
    /// p_clean 0.8, p* 0.2. Cells without a value keep their state and stay without one.
    void derivedMaps()
    {
        QFETCH(int, metric);
        QFETCH(QString, name);
        QFETCH(QString, unit);
        QFETCH(double, first);
        QFETCH(double, second);
        const Array array = traceMetric(trace(0.8, 0.2), "h", Metric(metric));
        QCOMPARE(QString::fromStdString(array.name), name);
        QCOMPARE(QString::fromStdString(array.unit), unit);
        QCOMPARE(array.axes.size(), std::size_t(2));
        QVERIFY(std::abs(array.at(0, 0) - first) < 1e-12);
        QVERIFY(std::abs(array.at(0, 1) - second) < 1e-12);
        QCOMPARE(array.state(0, 0), CellState::Exact);
        QCOMPARE(array.state(0, 1), CellState::Computed);
        QCOMPARE(array.state(1, 0), CellState::NotComputed);
        QCOMPARE(array.state(1, 1), CellState::Undefined);
        QVERIFY(std::isnan(array.at(1, 0)) && std::isnan(array.at(1, 1)));
    }

    void effectIsUndefinedWhereTheRunsAgree_data()
    {
        QTest::addColumn<double>("clean");
        QTest::addColumn<double>("corrupt");
        QTest::newRow("equal") << 0.3 << 0.3;
        QTest::newRow("nearly") << 0.3 << 0.3 - 5e-7;
        QTest::newRow("corrupted run is surer") << 0.1 << 0.4;
    }
    void effectIsUndefinedWhereTheRunsAgree()
    {
        QFETCH(double, clean);
        QFETCH(double, corrupt);
        const Array effect = traceMetric(trace(clean, corrupt), "h", Metric::IndirectEffect);
        for (std::size_t i = 0; i < effect.size(); ++i) {
            QVERIFY(std::isnan(effect.values[i]));
            QCOMPARE(effect.states[i], CellState::Undefined);
        }
        const Array p = traceMetric(trace(clean, corrupt), "h", Metric::Probability);
        QCOMPARE(p.state(0, 1), CellState::Computed);
    }

    void whatIsMissingIsNamed()
    {
        VERIFY_REFUSED(traceMetric(trace(0.8, 0.2), "s", Metric::Rank), ErrorCode::NotFound, "s.rank");
        Result headless = trace(0.8, 0.2);
        headless.head = Json::object();
        QVERIFY_EXCEPTION_THROWN(traceMetric(headless, "h", Metric::IndirectEffect), Failure);
    }
};

QTEST_APPLESS_MAIN(TestMetric)
#include "tst_metric.moc"
