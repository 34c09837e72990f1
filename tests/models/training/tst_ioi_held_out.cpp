// SPDX-License-Identifier: GPL-3.0-or-later
// The checkpoints that ship answer indirect objects of people they have never read of together.
#include <QTest>

#include "core/experiments/pair_params.h"
#include "core/experiments/pair_runs.h"
#include "models/table.h"
#include "models/training/text/ioi_text.h"

using namespace mnemo;

class TestIoiHeldOut : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pairsThatWereNeverTrained_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"mnemo-mamba", "mnemo-pythia"})
            QTest::newRow(name) << name;
    }
    void pairsThatWereNeverTrained()
    {
        QFETCH(QString, name);
        SilentReporter silent;
        const LoadedModel model =
            loadCheckpoint(std::filesystem::path(MNEMO_RESOURCES) / "checkpoints" / name.toStdString(), {"cpu", "f32"},
                           builtInArchitectures(), silent);
        PairParams params;
        params.material = std::filesystem::path(MNEMO_RESOURCES) / "ioi" / "two-names.json";
        params.count = 100;
        params.symmetric = false;
        std::vector<PromptPair> kept;
        for (const PromptPair& pair : choosePairs(params, model).pairs) {
            std::vector<std::string> people;  // of the clean prompt
            for (const std::string& candidate : pair.text.candidates)
                if (pair.text.clean.find(' ' + candidate) != std::string::npos)
                    people.push_back(candidate);
            if (people.size() == 2 && IoiText::isHeldOut(people[0], people[1]))
                kept.push_back(pair);
        }
        QVERIFY2(kept.size() >= 30, qPrintable(QString::number(kept.size())));
        const ExperimentContext context{model, {}};
        const PairMeans means = PairRuns(context, kept, silent).cleanMeans();
        QVERIFY2(means.accuracy >= 0.95, qPrintable(QString::number(means.accuracy)));
    }
};

QTEST_APPLESS_MAIN(TestIoiHeldOut)
#include "tst_ioi_held_out.moc"
