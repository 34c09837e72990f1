// SPDX-License-Identifier: GPL-3.0-or-later
// The bodies of the CUDA kernels on the host, with one lane and with several, beside at:: operations and the CPU's
// kernels: all of their arithmetic without a GPU.
// Letters: X packed rows, E channels, N states, H heads, d head width, K taps, T tokens, r rotated entries.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "core/engine/causal_conv.h"
#include "core/engine/cuda/attention_body.h"
#include "core/engine/cuda/logit_body.h"
#include "core/engine/cuda/row_body.h"
#include "core/engine/cuda/scan_body.h"
#include "core/engine/cuda_call.h"
#include "core/engine/kernels/logit_kernel.h"
#include "core/engine/scan_order.h"
#include "tests/support/host_lanes.h"
#include "tests/support/packed_input.h"

#include <QTest>
#include <memory>

using namespace mnemo;
using namespace mnemo::test;

namespace {

template <typename T>
at::ScalarType typeOf()
{
    return std::is_same_v<T, float> ? at::kFloat : at::kDouble;
}

template <typename T>
double tolerance()
{
    return std::is_same_v<T, float> ? 1e-6 : 1e-13;
}

/// The launches of scan_kernels.cu; inside a level the last segment first, since there no order is promised.
template <int N, typename T>
at::Tensor scanned(const Rows& rows, const ScanInput& in)
{
    const ScanOrder order = scanOrder(rows);
    at::Tensor y_XE = at::empty_like(in.c_XE), A_NE = in.A_EN.t().contiguous();
    at::Tensor saved = at::full({order.slots, in.A_EN.size(1), in.A_EN.size(0)}, NAN, in.c_XE.options());
    const ScanArgs<T> args{.u_XE = in.c_XE.data_ptr<T>(),
                           .delta_XE = in.delta_XE.data_ptr<T>(),
                           .rawSteps = in.rawSteps,
                           .z_XE = in.z_XE.defined() ? in.z_XE.data_ptr<T>() : nullptr,
                           .A_NE = A_NE.data_ptr<T>(),
                           .B_XN = in.B_XN.data_ptr<T>(),
                           .C_XN = in.C_XN.data_ptr<T>(),
                           .D_E = in.D_E.data_ptr<T>(),
                           .y_XE = y_XE.data_ptr<T>(),
                           .channels = in.c_XE.size(1),
                           .states = A_NE.size(0),
                           .segments = order.segments.data(),
                           .segmentCount = std::int64_t(order.segments.size()),
                           .saves = order.saves.data(),
                           .slots = order.slots,
                           .saved_SNE = saved.data_ptr<T>()};
    std::int64_t begin = 0;
    for (const std::int64_t end : order.levelEnds) {
        for (std::int64_t segment = end; segment-- > begin;)
            for (std::int64_t channel = 0; channel < args.channels; ++channel)
                cuda::scanChannel<N>(args, args.segments[segment], channel);
        begin = end;
    }
    return y_XE;
}

}  // namespace

class TestCudaKernels : public QObject
{
    Q_OBJECT

    template <typename T>
    void compareNorm(int lanes, std::int64_t channels)
    {
        const at::Tensor exact = randomTensor({3, channels}, 1) * 3, weight = randomTensor({channels}, 2);
        const at::Tensor x = exact.to(typeOf<T>()), w = weight.to(typeOf<T>());
        at::Tensor y = at::empty_like(x);
        for (std::int64_t row = 0; row < 3; ++row)
            withLanes(lanes, [&](const auto& group) {
                cuda::rmsNormRow(group, x[row].data_ptr<T>(), w.data_ptr<T>(), y[row].data_ptr<T>(), 1e-5, channels);
            });
        QVERIFY(worst(y, exact * at::rsqrt(exact.square().mean(-1, true) + 1e-5) * weight) < tolerance<T>());
    }

    template <typename T>
    void compareEntries()
    {
        const at::Tensor exact = at::linspace(-90, 90, 721, at::kDouble), x = exact.to(typeOf<T>());
        at::Tensor steps = at::empty_like(x), gates = at::empty_like(x);
        for (std::int64_t i = 0; i < x.numel(); ++i) {
            steps.data_ptr<T>()[i] = cuda::softplus(x.data_ptr<T>()[i]);
            gates.data_ptr<T>()[i] = cuda::silu(x.data_ptr<T>()[i]);
        }
        const at::Tensor expected = at::log1p(at::exp(x.to(at::kDouble)));
        QVERIFY(((steps.to(at::kDouble) - expected) / expected).abs().max().item<double>() < tolerance<T>());
        QVERIFY(worst(gates, at::silu(exact)) < tolerance<T>());
    }

    template <typename T>
    void compareConvolution(bool silu)
    {
        const Rows rows = nestedRows(6);
        const at::Tensor a_XE = randomTensor({rows.size(), 37}, 3).to(typeOf<T>());
        const at::Tensor weight_KE = randomTensor({4, 37}, 4).to(typeOf<T>());
        const at::Tensor bias_E = randomTensor({37}, 5).to(typeOf<T>());
        at::Tensor u_XE = at::empty_like(a_XE);
        ConvArgs<T> args{.a_XE = a_XE.data_ptr<T>(),
                         .weight_KE = weight_KE.data_ptr<T>(),
                         .bias_E = bias_E.data_ptr<T>(),
                         .taps = 4,
                         .rows = rows.size(),
                         .channels = 37,
                         .silu = silu};
        for (int j = 0; j < 4; ++j)
            args.sourceRows[j] = rows.shiftedRows_X(j - 3).data_ptr<std::int64_t>();
        for (std::int64_t row = 0; row < args.rows; ++row)
            for (std::int64_t channel = 0; channel < args.channels; ++channel)
                u_XE.data_ptr<T>()[row * 37 + channel] = cuda::convEntry(args, row, channel);
        Taps tap(rows, m_edits, [] {});
        const at::Tensor expected = causalConvSilu(rows, a_XE, weight_KE, bias_E, tap, 0);
        QVERIFY(worst(silu ? u_XE : at::silu(u_XE), expected) < tolerance<T>());
    }

    template <typename T>
    void compareLogits(int lanes, std::int64_t vocabulary, double spread)
    {
        const at::Tensor rows = (randomTensor({2, vocabulary}, 6) * spread).to(typeOf<T>());
        const T* const p = rows[0].data_ptr<T>();
        const T* const q = rows[1].data_ptr<T>();
        const double pSum = logSumExp(p, vocabulary), qSum = logSumExp(q, vocabulary);
        const double kl = divergence(p, pSum, q, qSum, vocabulary);
        const auto above = countAbove(p, vocabulary, p[vocabulary / 2]);
        withLanes(lanes, [&](const auto& group) {
            const double sum = cuda::logSumExp(group, p, vocabulary);
            const int count = cuda::countAbove(group, p, vocabulary, p[vocabulary / 2]);
            const double mine = cuda::divergence(group, p, pSum, q, qSum, vocabulary);
            const double same = cuda::divergence(group, p, pSum, p, pSum, vocabulary);
            if (group.lane() != group.lanes() - 1)
                return;  // all lanes have the answer: ask the last
            QVERIFY(std::abs(sum - pSum) < 10 * tolerance<T>());
            QCOMPARE(std::int64_t(count), above);
            QVERIFY(std::abs(mine - kl) < 10 * tolerance<T>() * (1 + kl));
            QCOMPARE(same, 0.0);
        });
    }

    template <typename T>
    void compareAttention(int lanes, std::int64_t width)
    {
        const Rows rows = nestedRows(6);
        const PackedHeads exact(rows, 3, width, 7), heads = exact.to(typeOf<T>());
        at::Tensor out_XHd = at::full({rows.size(), 3, width}, NAN, typeOf<T>());
        const AttentionArgs<T> args = heads.args<T>(out_XHd);
        withLanes(lanes, [&](const auto& group) {
            for (std::int64_t row = 0; row < rows.size(); ++row)
                for (std::int64_t head = 0; head < 3; ++head)
                    cuda::Attend(group, args, row, head).run();
        });
        QVERIFY(worst(out_XHd, exact.expected_XHd()) < tolerance<T>());
    }

private Q_SLOTS:
    void initTestCase() { m_grad = std::make_unique<at::NoGradGuard>(); }

    void rowsAndEntries()
    {
        for (const int lanes : {1, 8})
            for (const std::int64_t channels : {1, 7, 8, 768, 2000}) {
                compareNorm<double>(lanes, channels);
                compareNorm<float>(lanes, channels);
            }
        compareEntries<double>();
        compareEntries<float>();
    }

    void convolution()
    {
        for (const bool silu : {true, false}) {
            compareConvolution<double>(silu);
            compareConvolution<float>(silu);
        }
    }

    void scan_data()
    {
        QTest::addColumn<int>("states");
        QTest::addColumn<bool>("gate");
        for (const int states : {1, 5, 16, 64})
            for (const bool gate : {false, true})
                QTest::addRow("%d states%s", states, gate ? ", gate" : "") << states << gate;
    }
    void scan()
    {
        QFETCH(int, states);
        QFETCH(bool, gate);
        const Rows rows = nestedRows(8);
        Taps tap(rows, m_edits, [] {});
        const ScanInput plain = randomScan(rows.size(), 21, states, 8), input = gate ? withGate(plain, 15) : plain;
        const ScanInput single = converted(input, at::kFloat);
        const at::Tensor twin = scanByTokens(rows, input, tap, 0);
        QVERIFY(worst(scanByBlocks(rows, input), twin) < 1e-13);
        QVERIFY(worst(scanned<0, double>(rows, input), twin) < 1e-13);
        QVERIFY(worst(scanned<0, float>(rows, single), twin) < 1e-6);
        if (states != cuda::usualStates)
            return;
        QVERIFY(worst(scanned<cuda::usualStates, double>(rows, input), twin) < 1e-13);
        QVERIFY(worst(scanned<cuda::usualStates, float>(rows, single), twin) < 1e-6);
    }

    /// What a segment starts from is saved by a segment of an earlier level.
    void levelsOfTheScan()
    {
        const ScanOrder order = scanOrder(nestedRows(8));
        QCOMPARE(order.levelEnds, (std::vector<std::int64_t>{2, 4, 5, 7}));
        QCOMPARE(order.slots, std::int64_t(4));
        std::vector<bool> saved(std::size_t(order.slots), false);
        std::int64_t begin = 0;
        for (const std::int64_t end : order.levelEnds) {
            for (std::int64_t i = begin; i < end; ++i)
                QVERIFY(order.segments[std::size_t(i)].start < 0 ||
                        saved[std::size_t(order.segments[std::size_t(i)].start)]);
            for (std::int64_t i = begin; i < end; ++i) {
                const ScanSegment& segment = order.segments[std::size_t(i)];
                for (std::int64_t save = segment.firstSave; save < segment.endSave; ++save)
                    saved[std::size_t(order.saves[std::size_t(save)].slot)] = true;
            }
            begin = end;
        }
    }

    void logits()
    {
        for (const int lanes : {1, 8})
            for (const std::int64_t vocabulary : {3, 100, 5028})
                for (const double spread : {0.01, 2.0, 60.0}) {
                    compareLogits<double>(lanes, vocabulary, spread);
                    compareLogits<float>(lanes, vocabulary, spread);
                }
    }

    void attention()
    {
        for (const int lanes : {1, 4})
            for (const std::int64_t width : {2, 6, 16}) {
                compareAttention<double>(lanes, width);
                compareAttention<float>(lanes, width);
            }
    }

    /// Logits far apart, in both orders of arrival: the sum must shrink, or hardly grow, when a larger one comes.
    void attentionToExtremes()
    {
        const Rows rows = nestedRows(11);
        PackedHeads heads(rows, 2, 4, 9);
        heads.qkv_XH3d.mul_(30);
        at::Tensor out_XHd = at::empty({rows.size(), 2, 4}, at::kDouble);
        for (std::int64_t row = 0; row < rows.size(); ++row)
            for (std::int64_t head = 0; head < 2; ++head)
                cuda::Attend(cuda::OneLane(), heads.args<double>(out_XHd), row, head).run();
        QVERIFY(worst(out_XHd, heads.expected_XHd()) < 1e-13);
    }

    void rotation()
    {
        const Rows rows = nestedRows(5);
        const std::int64_t heads = 3, width = 10, r = 6;
        const at::Tensor x = randomTensor({rows.size(), heads, width}, 10);
        const at::Tensor cosine = randomTensor({9, r}, 11), sine = randomTensor({9, r}, 12);
        at::Tensor y = x.clone();
        const RotateArgs<double> args{y.data_ptr<double>(),
                                      heads * width,
                                      width,
                                      heads,
                                      r,
                                      cosine.data_ptr<double>(),
                                      sine.data_ptr<double>(),
                                      rows.positions_X().data_ptr<std::int64_t>()};
        for (std::int64_t row = 0; row < rows.size(); ++row)
            for (std::int64_t head = 0; head < heads; ++head)
                for (std::int64_t entry = 0; entry < r / 2; ++entry)
                    cuda::rotatePair(args, row, head, entry);
        QVERIFY(worst(y, rotated(x, cosine, sine, rows.positions_X())) < 1e-15);
    }

    void onlyThisVersionsTableIsUsed()
    {
        CudaKernels table{};
        table.version = cudaKernelsVersion;
        QVERIFY(cudaTableProblem(&table).empty());
        table.version += 1;
        QVERIFY(cudaTableProblem(&table).find(std::to_string(table.version)) != std::string::npos);
        QVERIFY(!cudaTableProblem(nullptr).empty());
    }

    void kernelsAreForNumbersWithoutGradients()
    {
        QVERIFY(hasKernel(at::zeros({1}, at::kDouble)) && hasKernel(at::zeros({1}, at::kFloat)));
        QVERIFY(!hasKernel(at::zeros({1}, at::kBFloat16)));
        const at::AutoGradMode gradients(true);
        QVERIFY(!hasKernel(at::zeros({1}, at::kDouble)));
    }

private:
    Edits m_edits;
    std::unique_ptr<at::NoGradGuard> m_grad;
};

QTEST_APPLESS_MAIN(TestCudaKernels)
#include "tst_cuda_kernels.moc"
