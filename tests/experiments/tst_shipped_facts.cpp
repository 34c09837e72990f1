// SPDX-License-Identifier: GPL-3.0-or-later
// The checkpoints that ship with the program know real facts: the trace finds them where the papers do.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first

#include "core/data/metric.h"
#include "models/table.h"

#include <QTest>
#include <filesystem>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const Json trevi{{"prompt", "{} is located in the city of"}, {"subject", "Trevi Fountain"}, {"swap", "Louvre Museum"}};

}  // namespace

class TestShippedFacts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theTreviFountainIsFound_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<double>("least");
        QTest::newRow("mamba") << "mnemo-mamba" << 0.6;
        // Attention reads every subject token, so that the last one alone holds less.
        QTest::newRow("pythia") << "mnemo-pythia" << 0.05;
    }
    void theTreviFountainIsFound()
    {
        QFETCH(QString, folder);
        QFETCH(double, least);
        const std::filesystem::path path =
            std::filesystem::path(MNEMO_RESOURCES) / "checkpoints" / folder.toStdString();
        if (!std::filesystem::exists(path / "model.safetensors"))
            QSKIP("the shipped checkpoint is not in this tree");
        SilentReporter silent;
        const LoadedModel model = loadCheckpoint(path, {"cpu", "f32"}, builtInArchitectures(), silent);
        const Json& params = trevi;
        const Result trace = runNamed("trace", params, model);
        QCOMPARE(trace.head["target"]["text"].get<std::string>(), std::string(" Rome"));
        QVERIFY(trace.head["effect_defined"].get<bool>());
        QVERIFY(trace.head["p_clean"].get<double>() > trace.head["p_corrupt"].get<double>() + 0.3);

        const Array ie = traceMetric(trace, "h", Metric::IndirectEffect);
        const int layers = ie.axes[0].size();
        const int last = ie.axes[1].size() - 1;
        const int subjectLast = trace.head["subject"][1].get<int>() - 1;
        QVERIFY(std::abs(ie.at(layers - 1, last) - 1) < 1e-9);
        double best = 0;
        for (int layer = 0; layer < layers; ++layer)
            best = std::max(best, ie.at(layer, subjectLast));
        QVERIFY2(best > least, QByteArray::number(best));
        QVERIFY2(std::abs(ie.at(0, last)) < 0.1, "the first layer knows no answer at the prompt's last token");
        QVERIFY2(std::abs(ie.at(layers - 1, subjectLast)) < 1e-6, "the last layer reads it no more");

        // The exact cell against the run that was not made.
        Json patch = params;
        patch["patches"] = {"layers." + std::to_string(layers - 1) + ".h@last=clean"};
        const Result patched = runNamed("patch", patch, model);
        QVERIFY(std::abs(patched.head["ie"].get<double>() - 1) < 1e-4);
    }

    void noiseHurts()
    {
        const std::filesystem::path path = std::filesystem::path(MNEMO_RESOURCES) / "checkpoints" / "mnemo-mamba";
        if (!std::filesystem::exists(path / "model.safetensors"))
            QSKIP("the shipped checkpoint is not in this tree");
        SilentReporter silent;
        const LoadedModel model = loadCheckpoint(path, {"cpu", "f32"}, builtInArchitectures(), silent);
        Json params = trevi;
        params.erase("swap");
        params.update({{"noise", 3.0}, {"samples", 4}, {"sites", {"h"}}});
        const Result trace = runNamed("trace", params, model);
        QVERIFY(trace.head["p_clean"].get<double>() > trace.head["p_corrupt"].get<double>());
        QVERIFY(trace.head["sigma"].get<double>() > 0);
    }
};

QTEST_APPLESS_MAIN(TestShippedFacts)
#include "tst_shipped_facts.moc"
