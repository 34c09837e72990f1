// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/data/plan.h"

#include <QTest>
#include <functional>

using namespace mnemo;

namespace {

Plan twoRuns()
{
    Plan plan;
    plan.addRun({1, 2, 3});
    plan.addRun({1, 4, 3});
    return plan;
}

std::shared_ptr<const HostTensor> tensor(std::vector<std::int64_t> shape, std::size_t values)
{
    return std::make_shared<const HostTensor>(HostTensor{std::move(shape), std::vector<float>(values)});
}

const Site h2{SiteKind::H, 2, {}};

}  // namespace

class TestPlan : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void patchedRunsHaveTheirParentsTokens()
    {
        Plan plan = twoRuns();
        const RunId a = plan.addRun(1, {{h2, {1}, CopyFrom{0, {1}}}});
        const RunId b = plan.addRun(a, {{h2, {2}, SetTo{tensor({8}, 8)}}});
        QCOMPARE(plan.tokensOf(b), (std::vector<int>{1, 4, 3}));
        plan.read({.run = b, .position = 2, .tokens = {5}});
        plan.check();
    }

    void plansThatCannotRunAreRefused_data()
    {
        using Change = std::function<void(Plan&)>;
        QTest::addColumn<Change>("change");
        const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
        row("empty prompt", [](Plan& p) { p.addRun(std::vector<int>{}); });
        row("later parent", [](Plan& p) { p.addRun(7, {}); });
        row("own copy", [](Plan& p) { p.addRun(0, {{h2, {1}, CopyFrom{2, {1}}}}); });
        row("position outside", [](Plan& p) { p.addRun(0, {{h2, {3}, CopyFrom{1, {2}}}}); });
        row("negative position", [](Plan& p) { p.addRun(0, {{h2, {-1}, CopyFrom{1, {2}}}}); });
        row("no position", [](Plan& p) { p.addRun(0, {{h2, {}, CopyFrom{1, {}}}}); });
        row("twice the same", [](Plan& p) { p.addRun(0, {{h2, {1, 1}, CopyFrom{1, {1, 1}}}}); });
        row("source outside", [](Plan& p) { p.addRun(0, {{h2, {1}, CopyFrom{1, {3}}}}); });
        row("unequal counts", [](Plan& p) { p.addRun(0, {{h2, {1, 2}, CopyFrom{1, {1}}}}); });
        row("value missing", [](Plan& p) { p.addRun(0, {{h2, {1}, SetTo{}}}); });
        row("value of other rows", [](Plan& p) { p.addRun(0, {{h2, {1}, AddTo{tensor({2, 4}, 8)}}}); });
        row("value too short", [](Plan& p) { p.addRun(0, {{h2, {1}, AddTo{tensor({4}, 3)}}}); });
        row("key outside", [](Plan& p) { p.addRun(0, {{h2, {1}, Mask{{5}}}}); });
        row("readout of no run", [](Plan& p) { p.read({.run = 9}); });
        row("readout outside", [](Plan& p) { p.read({.run = 0, .position = 3}); });
        row("KL with no run", [](Plan& p) { p.read({.run = 0, .position = 0, .klFrom = 5}); });
    }
    void plansThatCannotRunAreRefused()
    {
        QFETCH(std::function<void(Plan&)>, change);
        Plan plan = twoRuns();
        plan.check();
        change(plan);
        QVERIFY_EXCEPTION_THROWN(plan.check(), Failure);
    }
};

QTEST_APPLESS_MAIN(TestPlan)
#include "tst_plan.moc"
