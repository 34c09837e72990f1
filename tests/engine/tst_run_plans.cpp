// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/data/error.h"
#include "core/engine/run_plans.h"
#include "tests/support/architectures.h"
#include "tests/support/random_plan.h"
#include "tests/support/refusal.h"
#include "tests/support/tiny_models.h"

#include <QTest>
#include <atomic>
#include <cmath>
#include <thread>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr int threads = 4;

std::shared_ptr<LanguageModel> modelOf(const QString& architecture)
{
    return architecture == "mamba" ? tinyMamba(1, at::kDouble) : tinyNeox(1, at::kDouble);
}

std::vector<Plan> randomPlans(const LanguageModel& model, int count)
{
    std::mt19937 random{7};
    std::vector<Plan> plans;
    for (int i = 0; i < count; ++i)
        plans.push_back(randomPlan(model, random, 6 + 5 * i));
    return plans;
}

/// Counts what it hears, and asks to stop at a check.
class Listener : public SilentReporter
{
public:
    explicit Listener(int stopAt = -1) : m_stopAt(stopAt) {}

    void checkStop() override
    {
        if (std::this_thread::get_id() != m_thread)
            foreign = true;
        if (checks++ == m_stopAt)
            throw Cancelled{};
    }

    int checks = 0;
    std::atomic<bool> foreign = false;  ///< spoken to from another thread than the caller's

private:
    int m_stopAt;
    std::thread::id m_thread = std::this_thread::get_id();
};

/// @param tolerance of log p: products of one thread and of several may be summed in another order
bool same(const PlanResult& a, const PlanResult& b, double tolerance = 1e-10)
{
    if (a.values.size() != b.values.size() || a.stats.rowsPerLayer != b.stats.rowsPerLayer)
        return false;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        if (a.values[i].state != b.values[i].state || a.values[i].tokens.size() != b.values[i].tokens.size())
            return false;
        for (std::size_t k = 0; k < a.values[i].tokens.size(); ++k)
            if (!(std::abs(a.values[i].tokens[k].logp - b.values[i].tokens[k].logp) <= tolerance))
                return false;
    }
    return true;
}

}  // namespace

class TestRunPlans : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { at::set_num_threads(threads); }

    void equalOneByOne_data() { architectures(); }
    void equalOneByOne()
    {
        QFETCH(QString, architecture);
        const auto model = modelOf(architecture);
        QCOMPARE(plansTogether(*model), threads);
        for (const int count : {0, 1, 3, 11}) {
            const std::vector<Plan> plans = randomPlans(*model, count);
            Listener listener;
            const std::vector<PlanResult> together = runPlans(*model, {}, plans, listener);
            QCOMPARE(int(together.size()), count);
            QVERIFY(!listener.foreign);
            QVERIFY(count == 0 || listener.checks > 0);
            SilentReporter again;
            const std::vector<PlanResult> repeated = runPlans(*model, {}, plans, again);
            for (std::size_t i = 0; i < plans.size(); ++i) {
                QVERIFY(same(together[i], repeated[i], 0));
                SilentReporter silent;
                QVERIFY(!together[i].values.empty());
                QVERIFY2(same(together[i], runPlan(*model, {}, plans[i], silent)), qPrintable(QString::number(i)));
            }
        }
    }

    void sinkAndProgressStaySilent()
    {
        const auto model = tinyMamba(1);
        const std::vector<Plan> plans = randomPlans(*model, 2);
        RunOptions options;
        options.sink = [](const PlanResult&) { QFAIL("sink"); };
        options.progress = [](std::int64_t, std::int64_t) { QFAIL("progress"); };
        SilentReporter silent;
        QCOMPARE(int(runPlans(*model, {}, plans, silent, options).size()), 2);
    }

    void stopsAll()
    {
        const auto model = tinyMamba(1);
        const std::vector<Plan> plans = randomPlans(*model, 12);
        Listener stops(3);
        QVERIFY_EXCEPTION_THROWN(runPlans(*model, {}, plans, stops), Cancelled);
        QCOMPARE(stops.checks, 4);
    }

    /// As a job does that runs at the stop check of another: it has one thread, and every plan hears of a stop.
    void insideAParallelRegion()
    {
        const auto model = tinyMamba(1, at::kDouble);
        const std::vector<Plan> plans = randomPlans(*model, 5);
        int alone = 0;
        std::vector<PlanResult> expected;
        for (const Plan& plan : plans) {
            Listener listener;
            expected.push_back(runPlan(*model, {}, plan, listener));
            alone += listener.checks;
        }
        std::vector<PlanResult> together;
        int checks = 0;
        at::parallel_for(0, 2, 1, [&](std::int64_t begin, std::int64_t) {
            if (begin > 0)
                return;
            Listener listener;
            together = runPlans(*model, {}, plans, listener);
            checks = listener.checks;
        });
        QCOMPARE(checks, alone);
        for (std::size_t i = 0; i < plans.size(); ++i)
            QVERIFY(same(together[i], expected[i]));
    }

    /// Wherever the plan stands that cannot run, what it says is what is heard.
    void aFailureIsHeard()
    {
        const auto model = tinyNeox(1);
        for (const std::size_t wrong : {std::size_t(0), std::size_t(5), std::size_t(8)}) {
            std::vector<Plan> plans = randomPlans(*model, 9);
            plans[wrong].runs.back().patches = {Patch{{SiteKind::S, 0}, {0}, Mask{{0}}}};
            SilentReporter silent;
            VERIFY_REFUSED(runPlans(*model, {}, plans, silent), ErrorCode::UnknownSite, "");
        }
    }
};

QTEST_GUILESS_MAIN(TestRunPlans)
#include "tst_run_plans.moc"
