// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/data/error.h"
#include "core/engine/run_plan.h"
#include "tests/support/architectures.h"
#include "tests/support/random_plan.h"
#include "tests/support/reference_run.h"
#include "tests/support/refusal.h"
#include "tests/support/stops_at.h"
#include "tests/support/tiny_edit.h"

#include <QTest>
#include <numeric>

using namespace mnemo;
using namespace mnemo::test;

namespace {

TinyModel weightsOf(const QString& architecture, std::uint64_t seed)
{
    return architecture == "mamba" ? tinyMambaWeights(seed) : tinyNeoxWeights(seed);
}

PlanResult run(const LanguageModel& model, const Plan& plan, RunOptions options = {})
{
    SilentReporter silent;
    return runPlan(model, {}, plan, silent, options);
}

double worstDifference(const PlanResult& a, const PlanResult& b)
{
    double worst = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        for (std::size_t k = 0; k < a.values[i].tokens.size(); ++k)
            worst = std::max(worst, std::abs(a.values[i].tokens[k].logp - b.values[i].tokens[k].logp));
        for (std::size_t k = 0; k < a.values[i].state.size(); ++k)
            worst = std::max(worst, double(std::abs(a.values[i].state[k] - b.values[i].state[k])));
    }
    return worst;
}

}  // namespace

class TestRunPlan : public QObject
{
    Q_OBJECT
    /// One readout against the reference; returns |Δ log p| of the worst listed token.
    static double compare(const Readout& wanted, const ReadoutValue& got, const ReferenceRun& expected,
                          const ReferenceRun* klReference)
    {
        if (wanted.state) {
            const at::Tensor state = expected.states_TW.at(*wanted.state)[wanted.position].reshape({-1});
            const at::Tensor mine = at::tensor(got.state).to(at::kDouble);
            if (mine.sizes() != state.sizes())
                return 1e9;
            return ((mine - state).abs() / (1 + state.abs())).max().item<double>() * 1e-3;  // states are kept in float
        }
        const at::Tensor logp = expected.logits_TV[wanted.position].log_softmax(0);
        double worst = 0;
        for (const TokenScore& score : got.tokens) {
            worst = std::max(worst, std::abs(score.logp - logp[score.token].item<double>()));
            const auto above = (logp > logp[score.token]).sum().item<std::int64_t>();
            if (above != score.rank)
                worst = std::max(worst, 1.0 + double(score.rank));
        }
        if (got.top.size() != std::size_t(wanted.topK) || got.top[0].token != logp.argmax().item<std::int64_t>())
            return 1e9;
        const at::Tensor reference = klReference->logits_TV[wanted.klPosition].log_softmax(0);
        return std::max(worst, std::abs(got.kl - (reference.exp() * (reference - logp)).sum().item<double>()));
    }

    static void equalsTheReference(const Plan& plan, const PlanResult& result,
                                   const std::vector<ReferenceRun>& expected)
    {
        for (std::size_t i = 0; i < plan.readouts.size(); ++i) {
            const Readout& wanted = plan.readouts[i];
            QVERIFY(result.values[i].computed);
            const double worst = compare(wanted, result.values[i], expected[std::size_t(wanted.run)],
                                         wanted.klFrom ? &expected[std::size_t(*wanted.klFrom)] : nullptr);
            std::string patches;
            for (const Patch& patch : plan.runs[std::size_t(wanted.run)].patches)
                patches += " " + toString(patch.site) + "#" + std::to_string(patch.what.index());
            QVERIFY2(
                worst < 1e-9,
                qPrintable(QString("run %1 (%2), readout %3%4: %5")
                               .arg(wanted.run)
                               .arg(QString::fromStdString(patches))
                               .arg(i)
                               .arg(wanted.state ? " state " + QString::fromStdString(toString(*wanted.state)) : "")
                               .arg(worst)));
        }
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void randomPlansEqualTheReference_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("seed");
        for (const char* architecture : {"mamba", "gpt_neox"})
            for (int seed = 1; seed <= 12; ++seed)
                QTest::addRow("%s %d", architecture, seed) << QString(architecture) << seed;
    }
    void randomPlansEqualTheReference()
    {
        QFETCH(QString, architecture);
        QFETCH(int, seed);
        const TinyModel weights = weightsOf(architecture, std::uint64_t(seed));
        const auto model = weights.build(at::kDouble);
        std::mt19937 random{std::uint32_t(seed)};
        const Plan plan = randomPlan(*model, random, 24);
        equalsTheReference(plan, run(*model, plan), referenceRuns(weights, plan));
    }

    /// Some prompts on the edited weights, others on the base weights, states copied to and fro.
    void randomPlansWithUneditedRuns_data() { randomPlansEqualTheReference_data(); }
    void randomPlansWithUneditedRuns()
    {
        QFETCH(QString, architecture);
        QFETCH(int, seed);
        const TinyModel weights = weightsOf(architecture, std::uint64_t(seed));
        const auto model = weights.build(at::kDouble);
        std::mt19937 random{std::uint32_t(seed)};
        Plan plan = randomPlan(*model, random, 24);
        plan.runs[std::size_t(seed % 3)].unedited = true;
        const Edits edits{tinyEdit(weights)};
        const TinyModel edited = withEdit(weights, edits[0]);
        SilentReporter silent;
        equalsTheReference(plan, runPlan(*model, edits, plan, silent), referenceRuns(edited, plan, weights));
        equalsTheReference(plan, runPlan(*model, edits, plan, silent, {.memoryBytes = 1}),
                           referenceRuns(edited, plan, weights));
    }

    void aChildCannotLeaveEditsOut()
    {
        const auto model = tinyMambaWeights(1).build(at::kDouble);
        Plan plan;
        plan.addRun(plan.addRun({1, 2}), {});
        plan.runs.back().unedited = true;
        VERIFY_REFUSED(run(*model, plan), ErrorCode::Usage, "Run 1 ");
    }

    /// How runs are grouped into batches is nobody's business.
    void batchesDoNotMatter_data() { architectures(); }
    void batchesDoNotMatter()
    {
        QFETCH(QString, architecture);
        const auto model = weightsOf(architecture, 7).build(at::kDouble);
        std::mt19937 random{7};
        const Plan plan = randomPlan(*model, random, 40);
        const PlanResult whole = run(*model, plan);
        const PlanResult pieces = run(*model, plan, {.memoryBytes = 1});
        QVERIFY(pieces.stats.headRows > whole.stats.headRows || pieces.stats.baseRows > whole.stats.baseRows);
        QVERIFY(worstDifference(whole, pieces) < 1e-12);
        for (const int shift : {15, 17, 18})
            QVERIFY(worstDifference(whole, run(*model, plan, {.memoryBytes = std::int64_t(1) << shift})) < 1e-12);

        // In packed numbers, with an edit, and asked backwards: runs then come before those that they start from.
        Plan backwards = plan;
        std::ranges::reverse(backwards.readouts);
        const TinyModel weights = weightsOf(architecture, 7);
        const Edits edits{tinyEdit(weights)};
        SilentReporter silent;
        for (const auto& [type, tolerance] : {std::pair{at::kFloat, 1e-4}, {at::kDouble, 1e-12}}) {
            const auto packed = weights.build(type);
            const PlanResult once = runPlan(*packed, edits, backwards, silent);
            for (const int shift : {15, 17}) {
                const PlanResult parts =
                    runPlan(*packed, edits, backwards, silent, {.memoryBytes = std::int64_t(1) << shift});
                QVERIFY2(worstDifference(once, parts) < tolerance,
                         qPrintable(QString::number(worstDifference(once, parts))));
            }
        }

        at::set_num_threads(1);
        const PlanResult oneThread = run(*model, plan);
        at::set_num_threads(2);
        QVERIFY(worstDifference(whole, oneThread) < 1e-12);
    }

    /// Every batch of a map has its base runs in its first rows; only the first one multiplies them.
    void laterBatchesMultiplyTheBaseRowsNoMore_data() { architectures(); }
    void laterBatchesMultiplyTheBaseRowsNoMore()
    {
        QFETCH(QString, architecture);
        const auto model = weightsOf(architecture, 11).build(at::kDouble);
        const int layers = model->info().layers, T = 6;
        std::mt19937 random{11};
        Plan plan;
        const RunId clean = plan.addRun(randomTokens(*model, random, T));
        const RunId corrupt = plan.addRun(randomTokens(*model, random, T));
        for (int to = 0; to < T; ++to)
            for (int from = 0; from < T; ++from)
                for (int layer = 0; layer < layers; ++layer) {
                    const RunId patched = plan.addRun(corrupt, {{{SiteKind::H, layer}, {to}, CopyFrom{clean, {from}}}});
                    plan.read({.run = patched, .position = T - 1, .tokens = {4}});
                }
        const PlanResult whole = run(*model, plan);
        const auto rowLayers = [](const PlanResult& result) {
            const auto& rows = result.stats.rowsPerLayer;
            return std::accumulate(rows.begin(), rows.end(), std::int64_t(0));
        };
        // Enough for the products of both base runs, and too little for all rows.
        const PlanResult parts = run(*model, plan, {.memoryBytes = 200 * activationBytesPerRow(*model, plan)});
        QVERIFY(worstDifference(whole, parts) < 1e-12);
        QVERIFY(rowLayers(parts) > rowLayers(whole));
        QCOMPARE((rowLayers(parts) - rowLayers(whole)) % (2 * T * layers), 0);
        QCOMPARE(parts.stats.headRows, whole.stats.headRows);
        // In the last layer's tail only rows that are read or copied are multiplied, in each batch anew.
        const std::int64_t again =
            parts.stats.tailRows - whole.stats.tailRows - (rowLayers(parts) - rowLayers(whole)) / layers * (layers - 1);
        QCOMPARE(parts.stats.flops, whole.stats.flops + again * std::int64_t(model->flopsPerRow().tail));
    }

    void floatFollowsDouble_data() { architectures(); }
    void floatFollowsDouble()
    {
        QFETCH(QString, architecture);
        const TinyModel weights = weightsOf(architecture, 5);
        std::mt19937 random{5};
        const auto exact = weights.build(at::kDouble);
        const Plan plan = randomPlan(*exact, random, 40);
        const double difference = worstDifference(run(*exact, plan), run(*weights.build(at::kFloat), plan));
        QVERIFY2(difference < 1e-3, qPrintable(QString::number(difference)));
        QVERIFY(difference > 0);
        const PlanResult half = run(*weights.build(at::kBFloat16), plan);
        QVERIFY(worstDifference(run(*exact, plan), half) > difference);
    }

    /// A whole map of h: as many rows per layer as the formula says, and the laws of METHODS.md §2.2.
    void mapOfTheResidual_data() { architectures(); }
    void mapOfTheResidual()
    {
        QFETCH(QString, architecture);
        const auto model = weightsOf(architecture, 3).build(at::kDouble);
        const int layers = model->info().layers, T = 6, firstDifference = 2;
        std::mt19937 random{3};
        std::vector<int> clean = randomTokens(*model, random, T), corrupt = clean;
        corrupt[firstDifference] = (clean[firstDifference] + 1) % model->info().vocabRows;
        Plan plan;
        const RunId cleanRun = plan.addRun(clean), corruptRun = plan.addRun(corrupt);
        const int low = plan.read({.run = corruptRun, .position = T - 1, .tokens = {4}});
        const int high = plan.read({.run = cleanRun, .position = T - 1, .tokens = {4}});
        std::vector<int> cells;
        for (int layer = 0; layer < layers; ++layer)
            for (int t = 0; t < T; ++t) {
                const RunId patched = plan.addRun(corruptRun, {{{SiteKind::H, layer}, {t}, CopyFrom{cleanRun, {t}}}});
                cells.push_back(plan.read({.run = patched, .position = T - 1, .tokens = {4}}));
            }
        const RunId all =
            plan.addRun(corruptRun, {{{SiteKind::H, 1}, {0, 1, 2, 3, 4, 5}, CopyFrom{cleanRun, {0, 1, 2, 3, 4, 5}}}});
        const int whole = plan.read({.run = all, .position = T - 1, .tokens = {4}});
        const RunId own = plan.addRun(corruptRun, {{{SiteKind::H, 1}, {1, 3}, CopyFrom{corruptRun, {1, 3}}}});
        const int unchanged = plan.read({.run = own, .position = T - 1, .tokens = {4}});

        const PlanResult result = run(*model, plan);
        const auto logp = [&](int readout) { return result.values[std::size_t(readout)].tokens[0].logp; };
        QVERIFY2(std::abs(logp(high) - logp(low)) > 1e-3, "the swap must matter, or the test shows nothing");
        QVERIFY(std::abs(logp(cells.back()) - logp(high)) < 1e-12);
        QVERIFY(std::abs(logp(whole) - logp(high)) < 1e-12);
        QVERIFY(std::abs(logp(unchanged) - logp(low)) < 1e-12);
        for (int layer = 0; layer < layers; ++layer)
            for (int t = 0; t < firstDifference; ++t)
                QVERIFY(std::abs(logp(cells[std::size_t(layer * T + t)]) - logp(low)) < 1e-12);
        std::int64_t tailRows = 0;
        for (int layer = 0; layer < layers; ++layer) {
            const int maps = layer * T * (T + 1) / 2;
            const int rows = 2 * T + maps + (layer > 1 ? T + (T - 1) : 0);
            QCOMPARE(result.stats.rowsPerLayer[std::size_t(layer)], std::int64_t(rows));
            // Of the last layer only what is read or copied: both base runs, and one row of every other.
            tailRows += layer + 1 < layers ? rows : 2 * T + (layers - 1) * T + 2;
        }
        QCOMPARE(result.stats.tailRows, tailRows);
        QCOMPARE(result.stats.baseRows, std::int64_t(2 * T * layers));
    }

    /// Behind the mixing a patch changes its own row only: in its first layer a run has that row and no other.
    void mapOfABlocksTail_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("site");
        for (const char* site : {"s", "z", "g", "sg", "o"})
            QTest::addRow("mamba %s", site) << "mamba" << site;
        for (const char* site : {"attn", "mlp_act", "mlp", "o"})
            QTest::addRow("gpt_neox %s", site) << "gpt_neox" << site;
    }
    void mapOfABlocksTail()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, site);
        const TinyModel weights = weightsOf(architecture, 8);
        const auto model = weights.build(at::kDouble);
        const SiteKind kind = siteKindFromName(site.toStdString()).value();
        const int layers = model->info().layers, T = 5;
        std::mt19937 random{8};
        const std::vector<int> clean = randomTokens(*model, random, T), corrupt = randomTokens(*model, random, T);
        Plan plan;
        const RunId cleanRun = plan.addRun(clean), corruptRun = plan.addRun(corrupt);
        const auto readHead = [&](RunId run) {
            plan.read(
                {.run = run, .position = T - 1, .tokens = {4}, .topK = 1, .klFrom = cleanRun, .klPosition = T - 1});
        };
        for (int layer = 0; layer < layers; ++layer)
            for (int t = 0; t < T; ++t) {
                const RunId patched = plan.addRun(corruptRun, {{{kind, layer}, {t}, CopyFrom{cleanRun, {t}}}});
                readHead(patched);
                // A run of this run: its own first patch is in the same tail, beside the one it inherits.
                const RunId child = plan.addRun(patched, {{{SiteKind::O, layer}, {T - 1}, CopyFrom{patched, {0}}}});
                readHead(child);
                plan.read({.run = child, .position = T - 1, .state = Site{SiteKind::O, layer}});
            }
        const PlanResult result = run(*model, plan);
        const std::vector<ReferenceRun> expected = referenceRuns(weights, plan);
        for (std::size_t i = 0; i < plan.readouts.size(); ++i) {
            const double worst = compare(plan.readouts[i], result.values[i],
                                         expected[std::size_t(plan.readouts[i].run)], &expected[std::size_t(cleanRun)]);
            QVERIFY2(worst < 1e-9, qPrintable(QStringLiteral("readout %1: %2").arg(i).arg(worst)));
        }
        for (int layer = 0; layer < layers; ++layer) {
            const int joined = layer * (T * (T + 1) / 2 + T * 1), entering = 2 * T;
            QCOMPARE(result.stats.rowsPerLayer[std::size_t(layer)], std::int64_t(2 * T + joined + entering));
        }
    }

    void layersThatNobodyReadsAreNotComputed()
    {
        const auto model = weightsOf("mamba", 6).build(at::kDouble);
        std::mt19937 random{6};
        Plan plan;
        const RunId first = plan.addRun(randomTokens(*model, random, 5));
        const RunId patched = plan.addRun(first, {{{SiteKind::H, 0}, {3}, CopyFrom{first, {1}}}});
        plan.read({.run = patched, .position = 4, .state = Site{SiteKind::O, 1}});
        const PlanResult some = run(*model, plan);
        QVERIFY(model->info().layers > 2);
        QCOMPARE(some.stats.rowsPerLayer[1], std::int64_t(5 + 2));
        QCOMPARE(some.stats.rowsPerLayer[2], std::int64_t(0));
        plan.read({.run = patched, .position = 4, .tokens = {1}});
        const PlanResult all = run(*model, plan);
        QVERIFY(all.stats.rowsPerLayer[2] > 0);
        QVERIFY(some.values[0].state == all.values[0].state);
    }

    void editsStandBesideTheWeights_data() { architectures(); }
    void editsStandBesideTheWeights()
    {
        QFETCH(QString, architecture);
        const TinyModel weights = weightsOf(architecture, 11);
        const auto model = weights.build(at::kDouble);
        const Edits edits{tinyEdit(weights)};
        Plan plan;
        plan.read({.run = plan.addRun({1, 2, 3, 4}), .position = 3, .tokens = {5, 6}, .allLogits = true});
        SilentReporter silent;
        const PlanResult base = run(*model, plan);
        Edits off = edits;
        off[0].alpha = 0;
        QCOMPARE(runPlan(*model, off, plan, silent).values[0].logits, base.values[0].logits);

        const PlanResult inside = run(*withEdit(weights, edits[0]).build(at::kDouble), plan);
        const PlanResult beside = runPlan(*model, edits, plan, silent);
        QVERIFY(worstDifference(inside, beside) < 1e-12);
        QVERIFY2(worstDifference(inside, base) > 1e-3, "the edit must matter");
    }

    /// What a plan is said to take is what it takes, however it is cut.
    void progressEndsAtWhatWasPlanned_data() { architectures(); }
    void progressEndsAtWhatWasPlanned()
    {
        QFETCH(QString, architecture);
        const auto model = weightsOf(architecture, 9).build(at::kDouble);
        std::mt19937 random{9};
        const Plan plan = randomPlan(*model, random, 40);
        for (const std::int64_t memory : {std::int64_t(1), std::int64_t(1) << 17, std::int64_t(1) << 30}) {
            std::int64_t done = 0, planned = 0, calls = 0;
            RunOptions options{.memoryBytes = memory};
            options.progress = [&](std::int64_t now, std::int64_t all) {
                QVERIFY(now >= done && now <= all && (calls == 0 || all == planned));
                done = now;
                planned = all;
                ++calls;
            };
            const PlanResult result = run(*model, plan, options);
            QVERIFY(calls >= model->info().layers);
            QCOMPARE(done, planned);
            QCOMPARE(done, std::accumulate(result.stats.rowsPerLayer.begin(), result.stats.rowsPerLayer.end(),
                                           std::int64_t(0)));
        }
    }

    void stopKeepsWhatIsDone()
    {
        const auto model = tinyMamba(1, at::kDouble);
        std::mt19937 random{1};
        const Plan plan = randomPlan(*model, random, 40);
        const PlanResult whole = run(*model, plan, {.memoryBytes = 1});
        int calls = 0;
        std::size_t computed = 0;
        RunOptions options{.memoryBytes = 1};
        options.sink = [&](const PlanResult& partial) {
            ++calls;
            computed = 0;
            for (std::size_t i = 0; i < partial.values.size(); ++i)
                if (partial.values[i].computed)
                    ++computed;
        };
        StopsAt stops(int(whole.stats.stopChecks / 2));
        QVERIFY_EXCEPTION_THROWN(runPlan(*model, {}, plan, stops, options), Cancelled);
        QVERIFY(calls > 1);
        QVERIFY(computed > 0 && computed < plan.readouts.size());
    }

    void refusesBeforeItRuns_data()
    {
        QTest::addColumn<int>("what");
        QTest::addColumn<int>("code");
        QTest::newRow("site of the other architecture") << 0 << int(ErrorCode::UnknownSite);
        QTest::newRow("layer that is not there") << 1 << int(ErrorCode::SiteNotReached);
        QTest::newRow("position outside") << 2 << int(ErrorCode::Usage);
        QTest::newRow("wrong width") << 3 << int(ErrorCode::Usage);
        QTest::newRow("too long") << 4 << int(ErrorCode::PromptTooLong);
        QTest::newRow("token id") << 5 << int(ErrorCode::TargetNotInVocabulary);
        QTest::newRow("mask elsewhere") << 6 << int(ErrorCode::Usage);
        QTest::newRow("edge backwards") << 7 << int(ErrorCode::Usage);
    }
    void refusesBeforeItRuns()
    {
        QFETCH(int, what);
        QFETCH(int, code);
        const auto model = tinyNeox(1);
        std::mt19937 random{1};
        Plan plan;
        const RunId base = plan.addRun(what == 4   ? std::vector<int>(33, 1)
                                       : what == 5 ? std::vector<int>{48}
                                                   : std::vector{1, 2, 3});
        Patch patch{{SiteKind::H, 1}, {0}, AddTo{randomValue(random, {12})}};
        if (what == 0)
            patch.site.kind = SiteKind::S;
        if (what == 1)
            patch.site.layer = 3;
        if (what == 2)
            patch.positions = {3};
        if (what == 3)
            patch.what = AddTo{randomValue(random, {13})};
        if (what == 6)
            patch.what = Mask{{0}};
        if (what == 7)
            patch = {{SiteKind::BlockIn, 1}, {0}, Reroute{{{SiteKind::O, 1}}, base, 1}};
        plan.addRun(base, {patch});
        plan.read({.run = 1, .position = 0, .tokens = {1}});
        StopsAt atOnce(0);
        VERIFY_REFUSED(runPlan(*model, {}, plan, atOnce), ErrorCode(code), "");
    }

    void paddingIsHiddenFromTopOnly()
    {
        const auto model = tinyMamba(2);
        Plan plan;
        plan.read({.run = plan.addRun({1, 2, 3}), .position = 2, .topK = 48});
        const PlanResult all = run(*model, plan);
        const PlanResult visible = run(*model, plan, {.visibleVocabulary = 40});
        QCOMPARE(all.values[0].top.size(), std::size_t(48));
        QCOMPARE(visible.values[0].top.size(), std::size_t(40));
        QCOMPARE(visible.values[0].logSumExp, all.values[0].logSumExp);
        for (const TokenScore& score : visible.values[0].top)
            QVERIFY(score.token < 40);
    }
};

QTEST_APPLESS_MAIN(TestRunPlan)
#include "tst_run_plan.moc"
