// SPDX-License-Identifier: GPL-3.0-or-later
// Experiments over facts that are killed go on from their records, on the shipped checkpoints.
#include "tests/app/cli_run.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mnemo;



class TestCliRecords : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// By a signal that nothing can hear: the numbers are those of a run in one piece, to the last digit.
    void killedAndTakenUp_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::newRow("average") << QStringList{"average", "-m", checkpoint("mnemo-pythia")};
        QTest::newRow("paths") << QStringList{"paths", "-m", checkpoint("mnemo-mamba")};
        QTest::newRow("knockout") << QStringList{"knockout", "-m", checkpoint("mnemo-pythia")};
    }
    void killedAndTakenUp()
    {
        QFETCH(QStringList, words);
        words << "--limit"
              << "24"
              << "--threads"
              << "2"  // facts are recorded in groups, of a plan for each thread
              << "--json"
              << "-q";
        const QTemporaryDir folder;
        const QString records = folder.filePath("records.jsonl");
        const QStringList recorded = words + QStringList{"--records", records};
        const CliRun killed = stopMnemo(recorded, SIGKILL, records, 1);
        QVERIFY2(killed.end == "ended by signal 9", killed.told());
        QByteArray kept = contents(records);
        kept.truncate(kept.lastIndexOf('\n') + 1);
        QVERIFY(kept.count('\n') < 25);
        const CliRun resumed = runMnemo(recorded), whole = runMnemo(words);
        QVERIFY2(resumed.status == 0 && whole.status == 0, resumed.told() + whole.told());
        QVERIFY(contents(records).startsWith(kept));
        QCOMPARE(contents(records).count('\n'), 25);
        QVERIFY(resumed.json()["facts"] == whole.json()["facts"]);
        QVERIFY(resumed.json()["arrays"] == whole.json()["arrays"]);
    }
};

QTEST_GUILESS_MAIN(TestCliRecords)
#include "tst_cli_records.moc"
