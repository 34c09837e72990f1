// SPDX-License-Identifier: GPL-3.0-or-later
// What a GPU computes beside the CPU, kernel by kernel and in whole plans. Needs a GPU, and skips without.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "core/data/error.h"
#include "core/engine/causal_conv.h"
#include "core/engine/cuda_call.h"
#include "core/engine/device.h"
#include "core/engine/row_ops.h"
#include "core/engine/run_plan.h"
#include "tests/support/packed_input.h"
#include "tests/support/random_plan.h"
#include "tests/support/tiny_models.h"

#include <QTest>
#include <memory>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const at::Device gpu(at::kCUDA, 0);

template <typename T>
constexpr at::ScalarType typeOf = std::is_same_v<T, float> ? at::kFloat : at::kDouble;
template <typename T>
constexpr double tolerance = std::is_same_v<T, float> ? 2e-6 : 1e-12;

double worst(const std::vector<TokenScore>& a, const std::vector<TokenScore>& b)
{
    if (a.size() != b.size())
        return INFINITY;
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        most = std::max({most, std::abs(a[i].logp - b[i].logp), std::abs(a[i].logit - b[i].logit),
                         a[i].token == b[i].token && a[i].rank == b[i].rank ? 0.0 : 1.0});
    return most;
}

double worst(const PlanResult& a, const PlanResult& b)
{
    double most = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        const ReadoutValue &x = a.values[i], &y = b.values[i];
        if (!x.computed || x.state.size() != y.state.size())
            return INFINITY;
        most = std::max({most, worst(x.tokens, y.tokens), worst(x.top, y.top), std::abs(x.kl - y.kl)});
        for (std::size_t k = 0; k < x.state.size(); ++k)
            most = std::max(most, 1e-5 * std::abs(double(x.state[k] - y.state[k])));  // states are kept in float
    }
    return most;
}

}  // namespace

class TestCudaDevice : public QObject
{
    Q_OBJECT

    template <typename T>
    void compareRows(std::int64_t channels)
    {
        const Rows there = nestedRows(6, gpu), here = nestedRows(6);
        Taps thereTap(there, m_edits, [] {}), hereTap(here, m_edits, [] {});
        const auto draw = [](std::vector<std::int64_t> shape, std::uint64_t seed) {
            return randomTensor(shape, seed).to(typeOf<T>);
        };
        const at::Tensor x = draw({here.size(), channels}, 1), z = draw({here.size(), channels}, 2) * 20;
        const at::Tensor w = draw({channels}, 3), weight_KE = draw({4, channels}, 4);
        QVERIFY(worst(rmsNorm(x.to(gpu), w.to(gpu), 1e-5), rmsNorm(x, w, 1e-5)) < tolerance<T>);
        QVERIFY(worst(mnemo::softplus(z.to(gpu)), mnemo::softplus(z)) < tolerance<T>);
        QVERIFY(worst(gate(x.to(gpu), z.to(gpu), thereTap, 0), gate(x, z, hereTap, 0)) < tolerance<T>);
        QVERIFY(worst(causalConvSilu(there, x.to(gpu), weight_KE.to(gpu), w.to(gpu), thereTap, 0),
                      causalConvSilu(here, x, weight_KE, w, hereTap, 0)) < tolerance<T>);
        for (const std::int64_t states : {5, 16, 64}) {
            const ScanInput plain = randomScan(here.size(), channels, states, 5);
            const ScanInput gated = converted(withGate(plain, 11), typeOf<T>);
            QVERIFY(worst(scanByBlocks(there, converted(gated, typeOf<T>, gpu)), scanByBlocks(here, gated)) <
                    tolerance<T>);
            const ScanInput input = converted(plain, typeOf<T>);
            const at::Tensor expected = scanByBlocks(here, input);
            QVERIFY(worst(scanByBlocks(there, converted(input, typeOf<T>, gpu)), expected) < tolerance<T>);
            // Out of the middle of a wider matrix, as a plan's only row is: B begins where it likes.
            ScanInput shifted = converted(input, typeOf<T>, gpu);
            shifted.B_XN = at::cat({shifted.B_XN.flatten().narrow(0, 0, 1), shifted.B_XN.flatten()})
                               .narrow(0, 1, shifted.B_XN.numel())
                               .view_as(shifted.B_XN);
            QVERIFY(worst(scanByBlocks(there, shifted), expected) < tolerance<T>);
            QVERIFY(worst(scanByTokens(there, converted(input, typeOf<T>, gpu), thereTap, 0), expected) < tolerance<T>);
        }
    }

    template <typename T>
    void compareAttention(std::int64_t width)
    {
        const Rows rows = nestedRows(45);
        const PackedHeads exact(rows, 3, width, 7), heads = exact.to(typeOf<T>, gpu);
        at::Tensor out_XHd = at::full({rows.size(), 3, width}, NAN, heads.qkv_XH3d.options());
        const CudaCall<T> cuda{out_XHd};
        cuda->attend(heads.args<T>(out_XHd), rows.size());
        QVERIFY(worst(out_XHd, exact.expected_XHd()) < tolerance<T>);

        const std::int64_t r = 2 * (width / 4);
        const at::Tensor cosine = randomTensor({48, r}, 8), sine = randomTensor({48, r}, 9);
        const at::Tensor x = randomTensor({rows.size(), 3, width}, 10);
        at::Tensor y = x.to(gpu, typeOf<T>);
        const at::Tensor cosineThere = cosine.to(y.options()), sineThere = sine.to(y.options());
        const at::Tensor positions = rows.positions_X().to(gpu);
        cuda->rotate({y.data_ptr<T>(), 3 * width, width, 3, r, cosineThere.data_ptr<T>(), sineThere.data_ptr<T>(),
                      positions.data_ptr<std::int64_t>()},
                     rows.size());
        QVERIFY(worst(y, rotated(x, cosine, sine, rows.positions_X())) < tolerance<T>);
    }

    template <typename T>
    void compareHead(std::int64_t vocabulary)
    {
        const at::Tensor logits = (randomTensor({9, vocabulary}, 11) * 4).to(typeOf<T>);
        const HeadQuestions asked = someQuestions(9, vocabulary);
        const HeadNumbers here = headNumbers(logits, asked), there = headNumbers(logits.to(gpu), asked);
        for (std::size_t i = 0; i < here.lse_R.size(); ++i) {
            QVERIFY(std::abs(here.lse_R[i] - there.lse_R[i]) < 10 * tolerance<T>);
            QVERIFY(std::abs(here.divergences[i] - there.divergences[i]) < 100 * tolerance<T>);
        }
        QVERIFY(worst(here.scores, there.scores) < 10 * tolerance<T>);
        QCOMPARE(here.tops.size(), there.tops.size());
        for (std::size_t i = 0; i < here.tops.size(); ++i)
            QVERIFY(worst(here.tops[i], there.tops[i]) < 10 * tolerance<T>);
        HeadQuestions none;
        QCOMPARE(headNumbers(logits.to(gpu), none).lse_R.size(), std::size_t(9));
    }

private Q_SLOTS:
    void initTestCase()
    {
        try {
            openDevice("cuda");
        } catch (const Failure& failure) {
            QSKIP(qPrintable(QString::fromStdString(failure.error().message)));
        }
        m_grad = std::make_unique<at::NoGradGuard>();
    }

    void kernelsOfRows()
    {
        for (const std::int64_t channels : {1, 37, 300}) {
            compareRows<double>(channels);
            compareRows<float>(channels);
        }
    }

    void attentionAndRotation()
    {
        for (const std::int64_t width : {4, 32, 50, 64}) {
            compareAttention<double>(width);
            compareAttention<float>(width);
        }
    }

    void kernelsOfTheHead()
    {
        for (const std::int64_t vocabulary : {100, 50280}) {
            compareHead<double>(vocabulary);
            compareHead<float>(vocabulary);
        }
    }

    void randomPlans_data()
    {
        QTest::addColumn<bool>("mamba");
        QTest::addColumn<int>("seed");
        for (const bool mamba : {true, false})
            for (int seed = 1; seed <= 6; ++seed)
                QTest::addRow("%s %d", mamba ? "mamba" : "gpt_neox", seed) << mamba << seed;
    }
    void randomPlans()
    {
        QFETCH(bool, mamba);
        QFETCH(int, seed);
        const TinyModel weights = mamba ? tinyMambaWeights(std::uint64_t(seed)) : tinyNeoxWeights(std::uint64_t(seed));
        const auto model = weights.build(at::kDouble);
        std::mt19937 random{std::uint32_t(seed)};
        const Plan plan = randomPlan(*model, random, 30);
        SilentReporter silent;
        const PlanResult here = runPlan(*model, {}, plan, silent);
        const double exact = worst(runPlan(*weights.build(at::kDouble, gpu), {}, plan, silent), here);
        QVERIFY2(exact < 1e-9, qPrintable(QString::number(exact)));
    }

private:
    Edits m_edits;
    std::unique_ptr<at::NoGradGuard> m_grad;
};

QTEST_APPLESS_MAIN(TestCudaDevice)
#include "tst_cuda_device.moc"
