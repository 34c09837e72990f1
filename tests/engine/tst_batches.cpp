// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_models.h"

#include "core/engine/batches.h"

#include <QTest>
#include <numeric>
#include <set>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr int tokens = 6, layers = 3;

/// Two base runs, and one run for each layer and token, with one readout each.
struct Map {
    Plan plan;
    std::vector<ReadoutValue> values;

    Map()
    {
        const std::vector<int> prompt{1, 2, 3, 4, 5, 6};
        const RunId clean = plan.addRun(prompt), corrupt = plan.addRun(std::vector<int>{1, 2, 7, 4, 5, 6});
        for (int layer = layers - 1; layer >= 0; --layer)
            for (int token = 0; token < tokens; ++token) {
                const RunId run = plan.addRun(corrupt, {{{SiteKind::H, layer}, {token}, CopyFrom{clean, {token}}}});
                plan.read({.run = run, .position = tokens - 1, .tokens = {4}});
            }
        values.resize(plan.readouts.size());
    }

    std::vector<Batch> batches(const BatchLimits& limits) const
    {
        const auto model = tinyMamba(1, at::kFloat);
        return makeBatches(plan, layOut(*model, plan), model->info().layers, values, limits);
    }
};

std::vector<int> readoutsOf(const std::vector<Batch>& batches)
{
    std::vector<int> all;
    for (const Batch& batch : batches)
        all.insert(all.end(), batch.readouts.begin(), batch.readouts.end());
    return all;
}

}  // namespace

class TestBatches : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(tinyMamba(1, at::kFloat)->info().layers, layers); }

    void everything_at_once_when_it_fits()
    {
        const Map map;
        const std::vector<Batch> batches = map.batches({.rows = 1 << 20});
        QCOMPARE(batches.size(), std::size_t(1));
        std::int64_t rows = 2 * tokens, rowLayers = 2 * tokens * layers;
        for (int layer = 0; layer < layers; ++layer) {
            rows += tokens * (tokens + 1) / 2;
            rowLayers += (layers - 1 - layer) * tokens * (tokens + 1) / 2;
        }
        QCOMPARE(batches[0].rows, rows);
        QCOMPARE(batches[0].rowLayers, rowLayers);
    }

    void a_budget_is_kept_and_the_order_too()
    {
        const Map map;
        const std::vector<Batch> batches = map.batches({.rows = 40});
        QVERIFY(batches.size() > 2);
        for (const Batch& batch : batches) {
            QVERIFY(batch.rows <= 40);
            QVERIFY(batch.runs.size() >= 3 && batch.runs[0] == 0 && batch.runs[1] == 1);  // both base runs each time
        }
        std::vector<int> wanted(map.plan.readouts.size());
        std::iota(wanted.begin(), wanted.end(), 0);
        QVERIFY(readoutsOf(batches) == wanted);
    }

    void a_run_that_others_need_is_read_with_them()
    {
        Plan plan;
        const RunId base = plan.addRun(std::vector<int>(tokens, 1));
        std::vector<RunId> parents, children;
        for (int t = 0; t < tokens; ++t) {
            const auto change = [&](int layer) {
                return std::vector<Patch>{{{SiteKind::H, layer}, {t}, CopyFrom{base, {t}}}};
            };
            parents.push_back(plan.addRun(base, change(0)));
            children.push_back(plan.addRun(parents.back(), change(1)));
        }
        for (const std::vector<RunId>& runs : {children, parents})
            for (const RunId run : runs)
                plan.read({.run = run, .position = tokens - 1, .tokens = {3}});
        const auto model = tinyMamba(1, at::kFloat);
        const std::vector<Batch> batches = makeBatches(plan, layOut(*model, plan), layers,
                                                       std::vector<ReadoutValue>(plan.readouts.size()), {.rows = 25});
        QVERIFY(batches.size() > 2);
        std::vector<int> all;
        for (const Batch& batch : batches) {
            const std::set<int> there(batch.readouts.begin(), batch.readouts.end());
            QCOMPARE(there.size(), batch.readouts.size());
            for (const int readout : there)
                QVERIFY(there.contains((readout + tokens) % (2 * tokens)));  // child and parent
            all.insert(all.end(), batch.readouts.begin(), batch.readouts.end());
        }
        QCOMPARE(all.size(), plan.readouts.size());
    }

    void a_run_that_alone_is_over_the_budget_still_runs()
    {
        const Map map;
        const std::vector<Batch> batches = map.batches({.rows = 1});
        QCOMPARE(batches.size(), map.plan.readouts.size());
    }

    void what_is_wanted_first_comes_alone_and_the_rest_in_few_parts()
    {
        const Map map;
        const std::vector<Batch> batches = map.batches({.rows = 1 << 20, .firstReadouts = 5, .parts = 3, .worthIt = 1});
        QCOMPARE(batches[0].readouts.size(), std::size_t(5));
        QVERIFY(batches.size() >= 3 && batches.size() <= 1 + 3);  // what all need counts in each
        for (std::size_t i = 1; i < batches.size(); ++i)
            QVERIFY(batches[i].readouts.size() < map.plan.readouts.size() - 5);
    }

    void a_small_plan_is_not_cut()
    {
        const Map map;
        const std::vector<Batch> batches =
            map.batches({.rows = 1 << 20, .firstReadouts = 5, .parts = 3, .worthIt = 1 << 20});
        QCOMPARE(batches.size(), std::size_t(1));
    }

    void what_is_done_is_left_out()
    {
        Map map;
        for (std::size_t i = 0; i < map.values.size(); i += 2)
            map.values[i].computed = true;
        for (const int readout : readoutsOf(map.batches({.rows = 60})))
            QVERIFY(readout % 2 == 1);
        for (ReadoutValue& value : map.values)
            value.computed = true;
        QVERIFY(map.batches({.rows = 60}).empty());
    }
};

QTEST_MAIN(TestBatches)
#include "tst_batches.moc"
