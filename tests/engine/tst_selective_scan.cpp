// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, E channels, N states, K taps.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include "core/engine/causal_conv.h"
#include "core/engine/row_ops.h"
#include "core/engine/selective_scan.h"
#include "tests/support/packed_input.h"

#include <QTest>
#include <array>
#include <atomic>

using namespace mnemo;
using namespace mnemo::test;

class TestSelectiveScan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_grad = std::make_unique<at::NoGradGuard>(); }

    void kernelEqualsItsTwin_data()
    {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("states");
        QTest::newRow("one block") << 16 << 16;
        QTest::newRow("part of a block") << 5 << 3;
        QTest::newRow("blocks and a part") << 75 << 16;
        QTest::newRow("many states") << 33 << 64;
        QTest::newRow("groups of blocks on two threads") << 1007 << 16;
    }
    void kernelEqualsItsTwin()
    {
        QFETCH(int, channels);
        QFETCH(int, states);
        const Rows rows = nestedRows(9);
        Taps tap(rows, m_edits, [] {});
        const ScanInput input = randomScan(rows.size(), channels, states, 4);
        const at::Tensor twin = scanByTokens(rows, input, tap, 0);
        QVERIFY(twin.abs().max().item<double>() > 1);
        QVERIFY(worst(scanByBlocks(rows, input), twin) < 1e-13);
        const double single = worst(scanByBlocks(rows, converted(input, at::kFloat)), twin);
        QVERIFY2(single > 0 && single < 1e-6, qPrintable(QString::number(single)));
        QVERIFY(worst(scanByTokens(rows, converted(input, at::kFloat), tap, 0), twin) < 1e-6);
    }

    void gateAndStepsInTheSamePass_data() { kernelEqualsItsTwin_data(); }
    void gateAndStepsInTheSamePass()
    {
        QFETCH(int, channels);
        QFETCH(int, states);
        const Rows rows = nestedRows(9);
        Taps tap(rows, m_edits, [] {});
        const ScanInput input = withGate(randomScan(rows.size(), channels, states, 4), 12);
        ScanInput apart = input;
        apart.rawSteps = false;
        apart.delta_XE = at::softplus(input.delta_XE);
        apart.z_XE = at::Tensor();
        const at::Tensor steps = scanByTokens(rows, apart, tap, 0) * at::silu(input.z_XE);
        QVERIFY(steps.abs().max().item<double>() > 1);
        QVERIFY(worst(scanByTokens(rows, input, tap, 0), steps) < 1e-13);
        QVERIFY(worst(scanByBlocks(rows, input), steps) < 1e-13);
        QVERIFY(worst(scanByBlocks(rows, converted(input, at::kFloat)), steps) < 1e-6);
        for (const bool raw : {true, false}) {  // each without the other
            ScanInput one = input;
            one.rawSteps = raw;
            one.delta_XE = raw ? input.delta_XE : apart.delta_XE;
            one.z_XE = raw ? at::Tensor() : input.z_XE;
            QVERIFY(worst(scanByBlocks(rows, one), scanByTokens(rows, one, tap, 0)) < 1e-13);
        }
        const std::vector<int> keys{0, 1};
        QVERIFY(worst(hiddenAttention(rows, input, 0, 1, keys), hiddenAttention(rows, apart, 0, 1, keys)) < 1e-13);
    }

    /// Decays that underflow, and steps near zero.
    void extremeSteps()
    {
        const Rows rows = nestedRows(6);
        Taps tap(rows, m_edits, [] {});
        ScanInput input = randomScan(rows.size(), 20, 16, 5);
        input.delta_XE.narrow(1, 0, 10).mul_(200);
        input.delta_XE.narrow(1, 10, 10).mul_(1e-6);
        const at::Tensor twin = scanByTokens(rows, input, tap, 0);
        const at::Tensor kernel = scanByBlocks(rows, converted(input, at::kFloat)).to(at::kDouble);
        const at::Tensor error = (kernel - twin).abs() / (1 + twin.abs());
        QVERIFY2(error.max().item<double>() < 1e-4, qPrintable(QString::number(error.max().item<double>())));
    }

    void normsAndGatesEqualTheirTwins()
    {
        const Rows rows = nestedRows(4);
        Taps tap(rows, m_edits, [] {});
        for (const std::int64_t channels : {1, 16, 37, 768}) {
            const ScanInput draw = randomScan(rows.size(), channels, 2, 13);
            const at::Tensor x = draw.c_XE * 3, z = randomScan(rows.size(), channels, 2, 14).c_XE * 20;
            const at::Tensor norm = x * at::rsqrt(x.square().mean(-1, true) + 1e-5) * draw.D_E;
            const at::Tensor gated = x * at::silu(z);
            const at::Tensor steps = at::log1p(at::exp(z));
            QVERIFY(worst(rmsNorm(x, draw.D_E, 1e-5), norm) < 1e-14);
            QVERIFY(worst(gate(x, z, tap, 0), gated) < 1e-14);
            QVERIFY(worst(mnemo::softplus(z), steps) < 1e-14);
            const auto f = [](const at::Tensor& t) { return t.to(at::kFloat); };
            QVERIFY(worst(rmsNorm(f(x), f(draw.D_E), 1e-5), norm) < 1e-6);
            QVERIFY(worst(gate(f(x), f(z), tap, 0), gated) < 1e-6);
            QVERIFY(worst(mnemo::softplus(f(z)), steps) < 1e-6);
        }
        // The smallest steps are exact beside themselves, too.
        const at::Tensor x = at::linspace(-80, 80, 1001, at::kDouble).to(at::kFloat);
        const at::Tensor exact = at::log1p(at::exp(x.to(at::kDouble)));
        QVERIFY(((mnemo::softplus(x) - exact) / exact).abs().max().item<double>() < 1e-6);
    }

    /// Σ over all sources of the hidden attention is the scan's output without the skip (METHODS.md §6.1).
    void hiddenAttentionAddsUp()
    {
        const Rows rows = nestedRows(7);
        const ScanInput input = randomScan(rows.size(), 12, 4, 6);
        const at::Tensor s_XE = scanByBlocks(rows, input);
        for (const Segment& segment : rows.segments())
            for (int i = 0; i < segment.count; ++i) {
                const int query = segment.first + i;
                std::vector<int> keys;
                for (int key = 0; key <= query + 1; ++key)  // one beyond the query: gives nothing
                    keys.push_back(key);
                const at::Tensor sum = hiddenAttention(rows, input, segment.run, query, keys);
                const at::Tensor expected = s_XE[segment.row + i] - input.D_E * input.c_XE[segment.row + i];
                QVERIFY((sum - expected).abs().max().item<double>() <
                        1e-12 * (1 + expected.abs().max().item<double>()));
            }
    }

    /// at::parallel_for is compiled here, not in LibTorch, and without OpenMP it would be a plain loop.
    void workIsSharedAmongThreads()
    {
        const int before = at::get_num_threads();
        at::set_num_threads(2);
        std::array<std::atomic<int>, 2> done{};
        at::parallel_for(0, 64, 1, [&](std::int64_t begin, std::int64_t end) {
            done.at(std::size_t(at::get_thread_num())) += int(end - begin);
        });
        at::set_num_threads(before);
        QCOMPARE(done[0].load(), 32);
        QCOMPARE(done[1].load(), 32);
    }

    void convolutionEqualsItsTwin()
    {
        const Rows rows = nestedRows(5);
        Taps tap(rows, m_edits, [] {});
        const ScanInput input = randomScan(rows.size(), 37, 4, 7);
        const at::Tensor weight_KE = randomScan(4, 37, 4, 8).c_XE;
        const at::Tensor kernel = causalConvSilu(rows, input.c_XE, weight_KE, input.D_E, tap, 0);
        at::Tensor expected = input.D_E.expand_as(kernel).clone();
        for (const Segment& segment : rows.segments())
            for (int i = 0; i < segment.count; ++i)
                for (int j = 0; j < 4; ++j)
                    if (const int source = segment.first + i - 3 + j; source >= 0)
                        expected[segment.row + i] += weight_KE[j] * input.c_XE[rows.rowOf(segment.run, source)];
        expected = at::silu(expected);
        QVERIFY((kernel - expected).abs().max().item<double>() < 1e-13);
        const at::Tensor single =
            causalConvSilu(rows, input.c_XE.to(at::kFloat), weight_KE.to(at::kFloat), input.D_E.to(at::kFloat), tap, 0);
        QVERIFY(worst(single, expected) < 1e-6);
    }

private:
    Edits m_edits;
    std::unique_ptr<at::NoGradGuard> m_grad;
};

QTEST_APPLESS_MAIN(TestSelectiveScan)
#include "tst_selective_scan.moc"
