// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/experiments/word_model.h"  // before <compare>, which moc cannot read first

#include "core/experiments/noise.h"
#include "core/io/npy.h"
#include "tests/support/refusal.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>

using namespace mnemo;
using namespace mnemo::test;

namespace {

FactParams noiseParams(double k)
{
    FactParams fact;
    fact.prompt = "The {} is in";
    fact.subject = "Eiffel Tower";
    fact.noise = k;
    fact.samples = 3;
    return fact;
}

}  // namespace

class TestNoise : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// Values from an independent implementation of docs/json.md's formula in Python.
    void numbersAreTheDocumentedOnes()
    {
        QVERIFY(std::abs(normalNumber(1, 0, 0, 0) - expectedFirst) < 1e-12);
        QVERIFY(std::abs(normalNumber(1, 9, 2, 767) - expectedSecond) < 1e-12);
        QVERIFY(std::abs(normalNumber(12345678901, 3, 1, 5) - expectedThird) < 1e-12);
    }

    void numbersAreStandardNormal()
    {
        double sum = 0;
        double squares = 0;
        double fourth = 0;
        double neighbours = 0;
        constexpr int n = 100000;
        for (int d = 0; d < n; ++d) {
            const double x = normalNumber(1, 0, 0, d);
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
            neighbours += x * normalNumber(1, 0, 0, d + 1);
        }
        QVERIFY(std::abs(sum / n) < 0.02);
        QVERIFY(std::abs(squares / n - 1) < 0.03);
        QVERIFY(std::abs(fourth / n - 3) < 0.2);
        QVERIFY(std::abs(neighbours / n) < 0.02);
    }

    void everyPartOfTheKeyCounts()
    {
        const double x = normalNumber(1, 2, 3, 4);
        QCOMPARE(normalNumber(1, 2, 3, 4), x);
        QVERIFY(normalNumber(2, 2, 3, 4) != x);
        QVERIFY(normalNumber(1, 3, 3, 4) != x);
        QVERIFY(normalNumber(1, 2, 4, 4) != x);
        QVERIFY(normalNumber(1, 2, 3, 5) != x);
        QVERIFY(normalNumber(1, 2, 4, 3) != x);
    }

    /// The model's embedding is t + d/10: variance of t over 0…n−1 plus variance of 0, .1, .2, .3.
    void sigmaIsOfTheUnpaddedEmbedding()
    {
        const LoadedModel model = shapeModel("mamba", 2);
        const int n = model.tokenizer->size();
        QVERIFY(n < model.model->info().vocabRows);
        const double expected = std::sqrt((double(n) * n - 1) / 12 + 0.0125);
        const Noise noise = makeNoise(noiseParams(3), 2, model);
        QVERIFY2(std::abs(noise.sigma - 3 * expected) < 1e-5, qPrintable(QString::number(noise.sigma, 'g', 12)));
    }

    void aSampleDependsOnNothingElse()
    {
        const LoadedModel model = shapeModel("mamba", 2);
        FactParams fact = noiseParams(3);
        const Noise three = makeNoise(fact, 2, model);
        fact.samples = 1;
        const Noise one = makeNoise(fact, 2, model);
        QCOMPARE(three.samples.size(), std::size_t(3));
        QCOMPARE(one.samples[0]->values, three.samples[0]->values);
        QVERIFY(three.samples[1]->values != three.samples[0]->values);
        QCOMPARE(three.samples[0]->shape, (std::vector<std::int64_t>{2, 4}));
        QVERIFY(std::abs(three.samples[2]->values[4 + 3] - three.sigma * normalNumber(1, 2, 1, 3)) < 1e-4);
        fact.seed = 2;
        QVERIFY(makeNoise(fact, 2, model).samples[0]->values != one.samples[0]->values);
    }

    void sigmaOfAFactList()
    {
        const LoadedModel model = shapeModel("mamba", 2);
        QTemporaryDir folder;
        FactParams fact = noiseParams(1);
        fact.sigma = SigmaOf::Facts;
        QVERIFY_EXCEPTION_THROWN(makeNoise(fact, 2, model), Failure);
        fact.factList = folder.filePath("facts.json").toStdString();
        QVERIFY_EXCEPTION_THROWN(makeNoise(fact, 2, model), Failure);
        std::ofstream(fact.factList) << R"([{"subject": "Eiffel Tower"}, {"subject": "Rome"}])";  // ids 2, 3, 4
        QVERIFY(std::abs(makeNoise(fact, 2, model).sigma - std::sqrt(8.0 / 12 + 0.0125)) < 1e-6);
        std::ofstream(fact.factList) << R"({"samples": [{"subject": "Eiffel Tower Rome"}]})";
        QVERIFY(std::abs(makeNoise(fact, 2, model).sigma - std::sqrt(8.0 / 12 + 0.0125)) < 1e-6);
        std::ofstream(fact.factList) << "[{}]";
        QVERIFY_EXCEPTION_THROWN(makeNoise(fact, 2, model), Failure);
    }

    void aFileReplacesTheGenerator()
    {
        const LoadedModel model = shapeModel("mamba", 2);
        QTemporaryDir folder;
        FactParams fact = noiseParams(0);
        fact.noiseFile = folder.filePath("noise.npy").toStdString();
        HostTensor values{{2, 2, 4}, {}};
        for (int i = 0; i < 16; ++i)
            values.values.push_back(float(i));
        writeNpy(fact.noiseFile, values);
        const Noise asItStands = makeNoise(fact, 2, model);
        QCOMPARE(asItStands.samples.size(), std::size_t(2));
        QCOMPARE(asItStands.samples[1]->values, std::vector<float>(values.values.begin() + 8, values.values.end()));
        fact.noise = 2;
        const Noise scaled = makeNoise(fact, 2, model);
        QVERIFY(std::abs(scaled.samples[1]->values[7] - 15 * scaled.sigma) < 1e-3);
        VERIFY_REFUSED(makeNoise(fact, 3, model), ErrorCode::Usage, "[2, 2, 4]");
    }

private:
    static constexpr double expectedFirst = 1.486523399078047;
    static constexpr double expectedSecond = 0.2513251124641514;
    static constexpr double expectedThird = -2.1540289360955316;
};

QTEST_APPLESS_MAIN(TestNoise)
#include "tst_noise.moc"
