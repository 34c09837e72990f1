// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <ATen/ATen.h>

#include "models/training/trainer/optimizer.h"

using namespace mnemo;

namespace {

at::Tensor randomTensor(std::vector<std::int64_t> shape)
{
    return at::randn(shape, at::TensorOptions(at::kFloat));
}

Parameter parameterOf(const std::string& name, const at::Tensor& value, ParameterKind kind)
{
    return {name, value.clone().requires_grad_(true), kind, {}};
}

double rms(const at::Tensor& x)
{
    return std::sqrt(x.square().mean().item<double>());
}

}  // namespace

class TestOptimizer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(1); }

    void singularValuesComeNearToOne_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::addColumn<bool>("half");
        QTest::newRow("wide") << 20 << 50 << false;
        QTest::newRow("tall") << 50 << 20 << false;
        QTest::newRow("square") << 32 << 32 << false;
        QTest::newRow("bfloat16") << 24 << 64 << true;
    }
    void singularValuesComeNearToOne()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(bool, half);
        const at::Tensor x = randomTensor({3, rows, columns});
        const at::Tensor y = orthogonalised(half ? x.to(at::kBFloat16) : x).to(at::kFloat);
        QCOMPARE(y.sizes(), x.sizes());
        const auto [U, S, V] = at::linalg_svd(x, false);
        const at::Tensor values = at::linalg_svdvals(y);
        QVERIFY(values.max().item<double>() < 1.35);
        if (rows != columns)  // a random square matrix has singular values near 0, which grow too slowly
            QVERIFY(values.min().item<double>() > 0.5);
        const at::Tensor nearest = at::matmul(U, V);  // U Vᵀ: LibTorch's V is transposed
        const double cosine = (y * nearest).sum().item<double>() / (y.norm() * nearest.norm()).item<double>();
        QVERIFY2(cosine > 0.95, qPrintable(QString::number(cosine)));
    }

    /// However large a gradient is, each entry moves by the learning rate, about, as with Adam.
    void aMatrixMovesByTheLearningRate()
    {
        for (const double scale : {1e-4, 1.0}) {
            const at::Tensor before = randomTensor({40, 30});
            std::vector<Parameter> parameters{parameterOf("W", before, ParameterKind::Matrix)};
            TrainingSteps how{.steps = 100, .learningRate = 0.01, .warmUp = 1, .weightDecay = 0};
            Optimizer optimizer(how, parameters, at::kFloat);
            parameters[0].value.mutable_grad() = randomTensor({40, 30}) * scale;
            optimizer.update(0);
            const double moved = rms(parameters[0].value.detach() - before);
            QVERIFY2(moved > 0.2 * 0.01 * 0.7 && moved < 0.2 * 0.01 * 1.3, qPrintable(QString::number(moved)));
            QVERIFY(!parameters[0].value.grad().defined());
        }
    }

    /// Three steps of what is no matrix, beside AdamW as it is printed (Loshchilov & Hutter 2019, algorithm 2).
    void othersMoveByAdamW()
    {
        for (const ParameterKind kind : {ParameterKind::Vector, ParameterKind::Embedding}) {
            const at::Tensor start = randomTensor({7, 5});
            std::vector<Parameter> parameters{parameterOf("x", start, kind)};
            const TrainingSteps how{.steps = 10, .learningRate = 0.02, .warmUp = 2, .weightDecay = 0.1, .clip = 1e9};
            Optimizer optimizer(how, parameters, at::kFloat);
            at::Tensor expected = start.to(at::kDouble), mean = at::zeros_like(expected), square = mean.clone();
            for (int step = 0; step < 3; ++step) {
                const at::Tensor gradient = randomTensor({7, 5});
                parameters[0].value.mutable_grad() = gradient.clone();
                optimizer.update(step);
                const at::Tensor g = gradient.to(at::kDouble);
                const double rate = 0.02 * std::min(1.0, (step + 1) / 2.0) * (1 - step / 10.0);
                mean = how.beta1 * mean + (1 - how.beta1) * g;
                square = how.beta2 * square + (1 - how.beta2) * g * g;
                const at::Tensor first = mean / (1 - std::pow(how.beta1, step + 1));
                const at::Tensor second = square / (1 - std::pow(how.beta2, step + 1));
                const double decay = kind == ParameterKind::Vector ? 0 : 0.1;
                expected = expected - rate * (first / (second.sqrt() + 1e-8) + decay * expected);
            }
            QVERIFY(at::allclose(parameters[0].value.detach().to(at::kDouble), expected, 1e-4, 1e-5));
        }
    }

    void masksHold()
    {
        const at::Tensor mask = at::ones({12, 8});
        mask.narrow(0, 3, 4).zero_();
        std::vector<Parameter> parameters{parameterOf("W", randomTensor({12, 8}) * mask, ParameterKind::Matrix)};
        parameters[0].mask = mask;
        const TrainingSteps how;
        Optimizer optimizer(how, parameters, at::kFloat);
        for (int step = 0; step < 3; ++step) {
            parameters[0].value.mutable_grad() = randomTensor({12, 8});
            optimizer.update(step);
        }
        QCOMPARE(parameters[0].value.detach().narrow(0, 3, 4).abs().max().item<double>(), 0.0);
        QVERIFY(parameters[0].value.detach().narrow(0, 7, 5).abs().min().item<double>() > 0);
    }

    /// All gradients together are cut to one norm; what is within it stays.
    void gradientsAreClippedTogether()
    {
        const at::Tensor gradient = at::full({4}, 3.0);  // norm 6; both together √72
        for (const double clip : {1.0, 100.0}) {
            std::vector<Parameter> parameters{parameterOf("a", at::zeros({4}), ParameterKind::Vector),
                                              parameterOf("b", at::zeros({4}), ParameterKind::Vector)};
            const TrainingSteps how{.clip = clip};
            Optimizer optimizer(how, parameters, at::kFloat);
            for (Parameter& parameter : parameters)
                parameter.value.mutable_grad() = gradient.clone();
            optimizer.update(0);
            const double expected = std::min(3.0, 3.0 * clip / std::sqrt(72.0)) * (1 - how.beta1);
            QVERIFY(at::allclose(optimizer.moments()[1].mean, at::full({4}, expected), 1e-4));
        }
    }
};

QTEST_MAIN(TestOptimizer)
#include "tst_optimizer.moc"
