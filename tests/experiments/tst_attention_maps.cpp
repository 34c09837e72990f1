// SPDX-License-Identifier: GPL-3.0-or-later
// Attention maps against plain loops over the states, and the law that they sum to the SSM's output (METHODS.md §6.1).
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first

#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const std::string prompt = "The Eiffel Tower is in the city of";
constexpr int tokens = 8, layers = 3;

/// A state of every token in one layer, from the reference.
using States = std::vector<std::vector<double>>;

class Reference
{
public:
    explicit Reference(const TinyLoaded& model)
    {
        Plan plan;
        const RunId run = plan.addRun(makePrompt(*model.loaded.tokenizer, prompt, Prefix::None).ids());
        m_run = referenceRun(model.tiny, plan, run);
    }

    States at(SiteKind kind, int layer) const
    {
        const at::Tensor states_TW = m_run.states_TW.at({kind, layer, {}}).to(at::kDouble).contiguous();
        States states;
        for (int token = 0; token < tokens; ++token)
            states.emplace_back(states_TW[token].const_data_ptr<double>(),
                                states_TW[token].const_data_ptr<double>() + states_TW.size(1));
        return states;
    }

private:
    ReferenceRun m_run;
};

std::vector<double> parameter(const TinyLoaded& model, int layer, const std::string& name)
{
    const at::Tensor values = model.tiny.tensors.at("backbone.layers." + std::to_string(layer) + ".mixer." + name)
                                  .to(at::kDouble)
                                  .contiguous();
    return {values.const_data_ptr<double>(), values.const_data_ptr<double>() + values.numel()};
}

/// α̃[k, q][e], or α without its factor c.
double alpha(const Reference& reference, const std::vector<double>& A_log, int layer, int k, int q, std::size_t e,
             bool contribution)
{
    const States delta = reference.at(SiteKind::Delta, layer), B = reference.at(SiteKind::B, layer),
                 C = reference.at(SiteKind::CRead, layer), c = reference.at(SiteKind::C, layer);
    const std::size_t N = B[0].size();
    double sum = 0;
    for (std::size_t n = 0; n < N; ++n) {
        double kept = 1;
        for (int i = q + 1; i <= k; ++i)
            kept *= std::exp(-delta[std::size_t(i)][e] * std::exp(A_log[e * N + n]));
        sum += C[std::size_t(k)][n] * kept * delta[std::size_t(q)][e] * B[std::size_t(q)][n];
    }
    return contribution ? sum * c[std::size_t(q)][e] : sum;
}

const Array& mapOf(const Result& result, int layer)
{
    return *result.find("layers." + std::to_string(layer) + ".attention");
}

/// Stops the work as soon as one layer is offered.
class StopsAfterOneLayer : public SilentReporter
{
public:
    void checkStop() override
    {
        if (last)
            throw Cancelled{};
    }
    void partial(const std::function<Result()>& make) override { last = make(); }

    std::optional<Result> last;
};

}  // namespace

class TestAttentionMaps : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void mambaEqualsPlainLoops_data()
    {
        QTest::addColumn<QString>("of");
        QTest::addColumn<QString>("over");
        for (const char* of : {"contribution", "weight"})
            for (const char* over : {"norm", "mean"})
                QTest::addRow("%s, %s", of, over) << of << over;
    }
    void mambaEqualsPlainLoops()
    {
        QFETCH(QString, of);
        QFETCH(QString, over);
        const TinyLoaded model("mamba", 5);
        const Result result = runNamed(
            "attention", {{"prompt", prompt}, {"of", of.toStdString()}, {"over", over.toStdString()}}, model.loaded);
        const Reference reference(model);
        const int layer = 1;
        const std::vector<double> A_log = parameter(model, layer, "A_log");
        const std::size_t E = reference.at(SiteKind::C, layer)[0].size();
        const Array& map = mapOf(result, layer);
        for (const auto& [k, q] : {std::pair(0, 0), std::pair(3, 3), std::pair(5, 2), std::pair(7, 0)}) {
            double sum = 0;
            for (std::size_t e = 0; e < E; ++e) {
                const double value = alpha(reference, A_log, layer, k, q, e, of == "contribution");
                sum += over == "norm" ? value * value : value / double(E);
            }
            const double expected = over == "norm" ? std::sqrt(sum) : sum;
            QVERIFY2(std::abs(expected) > 1e-5, qPrintable(QString::number(expected)));
            QVERIFY2(std::abs(map.at(k, q) - expected) < 1e-4 * std::abs(expected),
                     qPrintable(QString("%1 %2: %3, not %4").arg(k).arg(q).arg(map.at(k, q)).arg(expected)));
        }
        QCOMPARE(map.at(2, 5), 0.0);  // a later token
    }

    /// Σ_q α̃ + D c = s, here in the mean over channels.
    void contributionsSumToTheOutput()
    {
        const TinyLoaded model("mamba", 6);
        const Result result = runNamed("attention", {{"prompt", prompt}, {"over", "mean"}}, model.loaded);
        QCOMPARE(result.arrays.size(), std::size_t(layers));
        const Reference reference(model);
        for (int layer = 0; layer < layers; ++layer) {
            const States s = reference.at(SiteKind::S, layer), c = reference.at(SiteKind::C, layer);
            const std::vector<double> skip = parameter(model, layer, "D");
            for (int k = 0; k < tokens; ++k) {
                double sum = 0, expected = 0;
                for (int q = 0; q <= k; ++q)
                    sum += mapOf(result, layer).at(k, q);
                for (std::size_t e = 0; e < skip.size(); ++e)
                    expected += (s[std::size_t(k)][e] - skip[e] * c[std::size_t(k)][e]) / double(skip.size());
                QVERIFY2(std::abs(expected) > 1e-5, qPrintable(QString::number(expected)));
                QVERIFY2(std::abs(sum - expected) < 1e-3 * std::abs(expected),
                         qPrintable(QString("%1, not %2").arg(sum).arg(expected)));
            }
        }
    }

    void layersThatAreDoneSurviveAStop()
    {
        const TinyLoaded model("mamba", 5);
        StopsAfterOneLayer reporter;
        QVERIFY_EXCEPTION_THROWN(runNamed("attention", {{"prompt", prompt}}, model.loaded, reporter), Cancelled);
        QVERIFY(reporter.last);
        QCOMPARE(reporter.last->arrays.size(), std::size_t(1));
        QCOMPARE(reporter.last->done, 1.0 / layers);
        const Result whole = runNamed("attention", {{"prompt", prompt}}, model.loaded);
        QVERIFY(mapOf(*reporter.last, 0).values == mapOf(whole, 0).values);
    }

    void headsOfGptNeoX()
    {
        const TinyLoaded model("gpt_neox", 5);
        const Result result = runNamed("attention", {{"prompt", prompt}, {"over", "mean"}}, model.loaded);
        for (int layer = 0; layer < layers; ++layer) {
            const Array& map = mapOf(result, layer);
            const States pattern = Reference(model).at(SiteKind::Pattern, layer);
            for (int k = 0; k < tokens; ++k) {
                double sum = 0;
                for (int q = 0; q <= k; ++q)
                    sum += map.at(k, q);
                QVERIFY(std::abs(sum - 1) < 1e-5);
                const std::size_t heads = pattern[0].size() / tokens;
                double expected = 0;
                for (std::size_t head = 0; head < heads; ++head)
                    expected += pattern[std::size_t(k)][head * tokens] / double(heads);
                QVERIFY(std::abs(map.at(k, 0) - expected) < 1e-5);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestAttentionMaps)
#include "tst_attention_maps.moc"
