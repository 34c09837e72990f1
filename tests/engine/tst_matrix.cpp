// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products beside at::linear with the plain matrix in double.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include "core/engine/unembedding.h"

#include <QTest>
#include <vector>

using namespace mnemo;

namespace {

at::Tensor random(std::vector<std::int64_t> shape, std::uint64_t seed, at::ScalarType type = at::kFloat)
{
    at::Generator generator = at::detail::createCPUGenerator(seed);
    return at::randn(shape, generator, at::kDouble).to(type);
}

/// Largest difference from the product in double, as a share of the largest entry.
double error(const at::Tensor& y, const at::Tensor& x_XI, const at::Tensor& w_OI, const at::Tensor& bias_O = {})
{
    const auto wide = [](const at::Tensor& t) { return t.defined() ? t.to(at::kDouble) : t; };
    const at::Tensor exact = at::linear(wide(x_XI), wide(w_OI), wide(bias_O));
    return ((y.to(at::kDouble) - exact).abs().max() / exact.abs().max()).item<double>();
}

}  // namespace

class TestMatrix : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_grad = std::make_unique<at::NoGradGuard>(); }
    void cleanup() { m_grad.reset(); }

    void productsAreThoseOfThePlainMatrix_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("inputs");
        QTest::addColumn<int>("outputs");
        for (const auto& [rows, inputs, outputs] :
             std::vector<std::array<int, 3>>{{1, 1, 1}, {1, 7, 3}, {12, 48, 96}, {65, 33, 80}, {300, 96, 257}})
            QTest::addRow("%d rows, %d to %d", rows, inputs, outputs) << rows << inputs << outputs;
    }
    void productsAreThoseOfThePlainMatrix()
    {
        QFETCH(int, rows);
        QFETCH(int, inputs);
        QFETCH(int, outputs);
        for (const auto& [type, tolerance] :
             {std::pair{at::kFloat, 2e-6}, {at::kBFloat16, 2e-2}, {at::kDouble, 1e-14}}) {
            const at::Tensor w = random({outputs, inputs}, 1, type), x = random({rows, inputs}, 2, type);
            const at::Tensor bias = random({outputs}, 3, type);
            const Matrix matrix(w, type, at::kCPU);
            QVERIFY(matrix.isPacked() == (type == at::kFloat) || type == at::kBFloat16);  // else nothing is tested here
            QCOMPARE(matrix.outputs(), std::int64_t(outputs));
            QCOMPARE(matrix.inputs(), std::int64_t(inputs));
            const at::Tensor y = matrix.product(x);
            QCOMPARE(y.scalar_type(), type);
            QVERIFY2(error(y, x, w) < tolerance, qPrintable(QString::number(error(y, x, w))));
            QVERIFY(error(matrix.product(x, bias), x, w, bias) < tolerance);
            QVERIFY(at::equal(matrix.plain_OI(), w));
        }
    }

    void theFilesTypeAndOrderMayDiffer()
    {
        const at::Tensor all = random({64, 40}, 4, at::kBFloat16);
        const at::Tensor half = all.narrow(0, 32, 32);  // the gate's half of in_proj
        const Matrix matrix(half, at::kFloat, at::kCPU);
        QVERIFY(matrix.plain_OI().equal(half.to(at::kFloat)));
        const at::Tensor x = random({9, 80}, 5);
        QVERIFY(error(matrix.product(x.narrow(1, 3, 40)), x.narrow(1, 3, 40), half) < 2e-6);  // a strided input
        QVERIFY(error(Matrix(half.t(), at::kFloat, at::kCPU).product(x.narrow(1, 0, 32)), x.narrow(1, 0, 32),
                      half.t()) < 2e-6);
    }

    void aRowsProductDoesNotDependOnItsCompany()
    {
        const Matrix matrix(random({96, 64}, 6), at::kFloat, at::kCPU);
        const at::Tensor x = random({500, 64}, 7);
        const at::Tensor together = matrix.product(x);
        for (const std::int64_t rows : {1, 3, 64, 257})
            QVERIFY(at::allclose(matrix.product(x.narrow(0, 0, rows)), together.narrow(0, 0, rows), 1e-5, 1e-5));
    }

    void logitsOfALargeVocabularyComeInPieces()
    {
        for (const std::int64_t vocabulary : {5, 4096, 4097, 10000})
            for (const auto& [type, tolerance] :
                 {std::pair{at::kFloat, 2e-6}, {at::kBFloat16, 2e-2}, {at::kDouble, 1e-14}}) {
                const at::Tensor w = random({vocabulary, 24}, 10, type), x = random({7, 24}, 11);
                int checks = 0;
                const Unembedding unembedding(w, type, at::kCPU);
                const at::Tensor logits_RV = unembedding.logits(x, [&] { ++checks; });
                QCOMPARE(logits_RV.scalar_type(), at::kFloat);
                QVERIFY(error(logits_RV, x, w) < std::max(tolerance, 1e-7));
                QCOMPARE(checks, int((vocabulary + 4095) / 4096));
            }
        m_grad.reset();
        const at::Tensor w = random({5000, 8}, 12), x = random({2, 8}, 13).requires_grad_();
        Unembedding(w, at::kFloat, at::kCPU).logits(x, [] {}).sum().backward();
        QVERIFY(at::allclose(x.grad(), w.sum(0).expand({2, 8}), 1e-4, 1e-4));
    }

    void aStopEndsTheLogits()
    {
        struct Stop {
        };
        const Unembedding unembedding(random({9000, 8}, 14), at::kFloat, at::kCPU);
        int pieces = 0;
        QVERIFY_THROWS_EXCEPTION(Stop, unembedding.logits(random({2, 8}, 15), [&] {
            if (++pieces == 2)
                throw Stop();
        }));
        QCOMPARE(pieces, 2);
    }

    /// The first product packs the transposed weight, the others find it.
    void gradientsAreThoseOfThePlainMatrix()
    {
        m_grad.reset();
        for (const auto& [type, tolerance] :
             {std::pair{at::kFloat, 2e-6}, {at::kBFloat16, 2e-2}, {at::kDouble, 1e-14}}) {
            const at::Tensor w = random({80, 33}, 8, type);
            const Matrix matrix(w, type, at::kCPU);
            for (const std::int64_t rows : {1, 65, 1}) {
                const at::Tensor x = random({rows, 33}, 9, type).requires_grad_();
                const at::Tensor gradient = random({rows, 80}, 10, type);
                matrix.product(x).backward(gradient);
                QCOMPARE(x.grad().scalar_type(), type);
                const double off = error(x.grad(), gradient, w.t());
                QVERIFY2(off < tolerance, qPrintable(QString::number(off)));
            }
        }
    }

private:
    std::unique_ptr<at::NoGradGuard> m_grad;
};

QTEST_GUILESS_MAIN(TestMatrix)
#include "tst_matrix.moc"
