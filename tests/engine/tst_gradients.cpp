// SPDX-License-Identifier: GPL-3.0-or-later
// Hand-written backwards, each against LibTorch's own of the same operation and against differences of its values.
// Letters: X packed rows, E channels, N states, K taps, H heads, d head width.
#include <QTest>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include "core/engine/attention.h"
#include "core/engine/causal_conv.h"
#include "core/engine/gradients.h"
#include "core/engine/plain_pass.h"
#include "core/engine/rotary.h"
#include "core/engine/row_ops.h"
#include "core/engine/selective_scan.h"
#include "tests/support/packed_input.h"
#include "tests/support/slopes.h"
#include "tests/support/tiny_models.h"

using namespace mnemo;
using namespace mnemo::test;

namespace {

bool equalGradients(const Operation& twin, const Operation& plain, const Tensors& values, double tolerance = 1e-11)
{
    const Tensors ours = gradientsOf(twin, values), theirs = gradientsOf(plain, values);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (theirs[i].abs().max().item<double>() == 0 || !(worst(ours[i], theirs[i]) < tolerance)) {
            qWarning("input %d differs by %g", int(i), worst(ours[i], theirs[i]));
            return false;
        }
    return true;
}

/// The same with float for the twin.
bool closeInSingle(const Operation& twin, const Operation& plain, const Tensors& values)
{
    Tensors single;
    for (const at::Tensor& value : values)
        single.push_back(value.to(at::kFloat));
    const Tensors ours = gradientsOf(twin, single), theirs = gradientsOf(plain, values);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (const double off = worst(ours[i], theirs[i]); !(off < 1e-5)) {
            qWarning("input %d differs by %g", int(i), off);
            return false;
        }
    return true;
}

ScanInput scanOf(const Tensors& in, bool raw)
{
    return {in[0], in[1], in[2], in[3], in[4], in[5], raw, in.size() > 6 ? in[6] : at::Tensor()};
}

}  // namespace

class TestGradients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scan_data()
    {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("states");
        QTest::addColumn<bool>("gated");
        QTest::newRow("one block") << 16 << 16 << false;
        QTest::newRow("gated") << 16 << 16 << true;
        QTest::newRow("part of a block") << 5 << 3 << true;
        QTest::newRow("blocks and a part, on threads") << 75 << 16 << true;
        QTest::newRow("many states") << 33 << 64 << false;
    }
    void scan()
    {
        QFETCH(int, channels);
        QFETCH(int, states);
        QFETCH(bool, gated);
        const Rows rows = nestedRows(9);
        Taps tap(rows, m_edits, [] {});
        ScanInput in = randomScan(rows.size(), channels, states, 4);
        Tensors values{in.c_XE, in.delta_XE, in.A_EN, in.B_XN, in.C_XN, in.D_E};
        if (gated) {
            in = withGate(in, 12);
            values[1] = in.delta_XE;
            values.push_back(in.z_XE);
        }
        const Operation twin = [&](const Tensors& t) { return scanByBlocks(rows, scanOf(t, gated)); };
        const Operation plain = [&](const Tensors& t) { return scanByTokens(rows, scanOf(t, gated), tap, 0); };
        QVERIFY(slopesFit(twin, values));
        QVERIFY(equalGradients(twin, plain, values));
        QVERIFY(closeInSingle(twin, plain, values));
    }

    void convolution_data()
    {
        QTest::addColumn<int>("taps");
        QTest::newRow("four") << 4;
        QTest::newRow("two") << 2;
    }
    void convolution()
    {
        QFETCH(int, taps);
        const Rows rows = nestedRows(7);
        Taps tap(rows, m_edits, [] {});
        const Tensors values{randomTensor({rows.size(), 70}, 1), randomTensor({taps, 70}, 2), randomTensor({70}, 3)};
        const Operation twin = [&](const Tensors& t) { return causalConvSilu(rows, t[0], t[1], t[2], tap, 0); };
        const Operation plain = [&](const Tensors& t) {
            const at::Tensor padded = at::cat({t[0], at::zeros({1, 70}, t[0].options())});
            at::Tensor u = t[2].expand_as(t[0]);
            for (int j = 0; j < taps; ++j)
                u = u + padded.index_select(0, rows.shiftedRows_X(j + 1 - taps)) * t[1][j];
            return at::silu(u);
        };
        QVERIFY(slopesFit(twin, values));
        QVERIFY(equalGradients(twin, plain, values));
        QVERIFY(closeInSingle(twin, plain, values));
    }

    void attendsWithASharedPrefix()
    {
        const Rows rows = nestedRows(8);
        Taps tap(rows, m_edits, [] {});
        const Tensors values{PackedHeads(rows, 3, 6, 5).qkv_XH3d};
        const Operation twin = [&](const Tensors& t) { return attendByRows(rows, t[0], [] {}); };
        const Operation plain = [&](const Tensors& t) {
            PackedHeads heads(rows, 3, 6, 5);
            heads.qkv_XH3d = t[0].to(at::kDouble);
            return heads.expected_XHd().to(t[0].scalar_type());
        };
        QVERIFY(slopesFit(twin, values));
        QVERIFY(equalGradients(twin, plain, values));
        QVERIFY(equalGradients(
            twin, [&](const Tensors& t) { return attendByGroups(rows, t[0], tap, 0); }, values));
        QVERIFY(closeInSingle(twin, plain, values));
    }

    void rotation()
    {
        const Rows rows = nestedRows(8);
        const at::Tensor frequencies = rotaryFrequencies(4, 10000);
        const Tensors values{randomTensor({rows.size(), 3, 18}, 5)};
        const Operation twin = [&](const Tensors& t) { return rotateQueriesAndKeys(rows, t[0], frequencies); };
        const Operation plain = [&](const Tensors& t) { return rotateByOperations(rows, t[0], frequencies); };
        QVERIFY(slopesFit(twin, values));
        QVERIFY(equalGradients(twin, plain, values));
    }

    void norm()
    {
        const Tensors values{randomTensor({200, 77}, 1) * 3, randomTensor({77}, 2)};
        const Operation twin = [](const Tensors& t) { return rmsNorm(t[0], t[1], 1e-5); };
        const Operation plain = [](const Tensors& t) {
            return t[0] * at::rsqrt(t[0].square().mean(-1, true) + 1e-5) * t[1];
        };
        QVERIFY(slopesFit(twin, values));
        QVERIFY(equalGradients(twin, plain, values));
        QVERIFY(closeInSingle(twin, plain, values));
    }

    void product_data()
    {
        QTest::addColumn<bool>("learnt");
        QTest::newRow("a fixed matrix, packed") << false;
        QTest::newRow("a matrix that is learnt") << true;
    }
    void product()
    {
        QFETCH(bool, learnt);
        const at::Tensor W = randomTensor({24, 40}, 3), b = randomTensor({24}, 4);
        Tensors values{randomTensor({50, 40}, 1), b};
        if (learnt)
            values.push_back(W);
        const Operation twin = [&](const Tensors& t) {
            const at::Tensor source = t.size() > 2 ? t[2] : W.to(t[0].scalar_type());
            return Matrix(source, t[0].scalar_type(), at::kCPU).product(t[0], t[1]);
        };
        const Operation plain = [&](const Tensors& t) {
            return at::linear(t[0], t.size() > 2 ? t[2] : W.to(t[0].scalar_type()), t[1]);
        };
        QVERIFY(slopesFit(twin, values));
        QVERIFY(equalGradients(twin, plain, values));
        QVERIFY(closeInSingle(twin, plain, values));
    }

    /// Everything together, by its parameters' names, with the A of A_log and both halves of in_proj.
    void aWholeModel_data()
    {
        QTest::addColumn<bool>("mamba");
        QTest::newRow("mamba") << true;
        QTest::newRow("gpt_neox") << false;
    }
    void aWholeModel()
    {
        QFETCH(bool, mamba);
        const TinyModel tiny = mamba ? tinyMambaWeights(3) : tinyNeoxWeights(3);
        std::vector<std::string> names;
        Tensors values;
        for (const auto& [name, tensor] : tiny.tensors) {
            names.push_back(name);
            values.push_back(tensor.to(at::kDouble));
        }
        const Operation logits = [&](const Tensors& t) {
            TinyModel now = tiny;
            for (std::size_t i = 0; i < names.size(); ++i)
                now.tensors[names[i]] = t[i];
            return plainLogits(*now.build(at::kDouble), at::tensor({3, 1, 4, 1, 5, 2, 6, 2}, at::kLong), {5, 3});
        };
        QVERIFY(slopesFit(logits, values));
    }

    void nothingIsRecordedThatNobodyAsksFor()
    {
        const at::Tensor x = randomTensor({4, 6}, 1), weight = randomTensor({6}, 2);
        QVERIFY(!rmsNorm(x, weight, 1e-5).requires_grad());
        const at::Tensor asked = x.clone().requires_grad_(true);
        QVERIFY(rmsNorm(asked, weight, 1e-5).requires_grad());
        const at::NoGradGuard noGrad;
        QVERIFY(!rmsNorm(asked, weight, 1e-5).requires_grad());
    }

    void misuseIsAnError()
    {
        const at::Tensor x = randomTensor({4, 6}, 1).requires_grad_(true), weight = randomTensor({6}, 2);
        const at::Tensor once = rmsNorm(x, weight, 1e-5).sum();
        once.backward();
        QVERIFY_EXCEPTION_THROWN(once.backward(), c10::Error);
        const at::Tensor loss = rmsNorm(x, weight, 1e-5).sum();
        weight.add_(1);
        QVERIFY_EXCEPTION_THROWN(loss.backward(), c10::Error);
    }

private:
    Edits m_edits;
};

QTEST_MAIN(TestGradients)
#include "tst_gradients.moc"
