// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluations of edits on the command line, with the shipped checkpoints: killed, taken up, in parts and merged.
#include "tests/app/cli_run.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mnemo;

namespace {

/// Short searches: what is tested is not how good the edits are.
QStringList evaluation(const char* model, const QStringList& more)
{
    return QStringList{"evaluate", "-m", checkpoint(model), "--steps", "3", "--contexts", "1", "--text-tokens", "400"} +
           more;
}

}  // namespace

class TestCliEvaluate : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CACHE_HOME", m_folder.path().toUtf8()); }

    void aTableToRead()
    {
        const CliRun run =
            runMnemo(evaluation("mnemo-mamba", {"--limit", "2", "--layers", "5,7", "--matrices", "W_o,W_g"}));
        QVERIFY2(run.status == 0, run.told());
        const QByteArrayList lines = run.out.trimmed().split('\n');
        QCOMPARE(lines[1], QByteArray("cases: used 2, unknown 0, unusable 0, failed_edits 0"));
        QVERIFY2(lines[3].startsWith("matrix layer") && lines[3].contains("ES"), lines[3]);
        QVERIFY(lines[4].startsWith("no edit"));
        QCOMPARE(lines.size(), 5 + 4);
        QVERIFY2(lines[5].startsWith("W_o 5") && lines[8].startsWith("W_g 7"), run.out);
    }

    void asJsonAndCsv()
    {
        const QString csv = m_folder.filePath("e.csv");
        const CliRun run = runMnemo(evaluation("mnemo-pythia", {"--limit", "1", "--layers", "4", "--json", "-q"}));
        QVERIFY2(run.status == 0, run.told());
        const Json json = run.json();
        QVERIFY(json["schema"] == "mnemo.evaluate/1" && json["matrices"] == Json({"W_down"}));
        QCOMPARE(json["cases"].size(), std::size_t(1));
        const Json& edit = json["cases"][0]["edits"][0];
        QVERIFY(json["arrays"][0]["name"] == "ES" && json["arrays"][0]["values"][0][0] == edit["ES"]);
        const CliRun written = runMnemo(evaluation("mnemo-pythia", {"--limit", "1", "--layers", "4", "-q", "-o", csv}));
        QVERIFY2(written.status == 0, written.told());
        QVERIFY(contents(csv).contains("ES,%,4,W_down,"));
    }

    void besideWhatTracesFind()
    {
        const QString average = m_folder.filePath("average.mnemo");
        const CliRun traced =
            runMnemo({"average", "-m", checkpoint("mnemo-mamba"), "--limit", "3", "--sites", "o", "-o", average, "-q"});
        QVERIFY2(traced.status == 0, traced.told());
        const QStringList line = evaluation(
            "mnemo-mamba", {"--limit", "2", "--layers", "0,4,8", "--matrices", "W_o", "--profile", average, "-q"});
        const CliRun json = runMnemo(line + QStringList{"--json"});
        QVERIFY2(json.status == 0, json.told());
        const Json profile = json.json()["profile"];
        QCOMPARE(profile["curves"].size(), std::size_t(1));
        QCOMPARE(profile["curves"][0]["values"].size(), std::size_t(3));
        QVERIFY(profile["curves"][0]["values"][0].is_number());
        const Json alike = json.json()["rank_correlation"]["ES"]["W_o"];
        QVERIFY(alike.is_null() || std::abs(alike.get<double>()) <= 1);
        const CliRun table = runMnemo(line);
        QVERIFY2(table.out.contains("rank correlation") && table.out.contains("W_o ~ IE of o"), table.out);
        const QString svg = m_folder.filePath("beside.svg");
        const CliRun drawn = runMnemo(line + QStringList{"-o", svg});
        QVERIFY2(drawn.status == 0, drawn.told());
        for (const char* word : {"<svg", "Paraphrases", "correlation"})
            QVERIFY2(contents(svg).contains(word), word);
        const CliRun other =
            runMnemo(evaluation("mnemo-pythia", {"--limit", "1", "--profile", average, "--json", "-q"}));
        QCOMPARE(other.status, 3);
        QVERIFY(other.error()["message"].get<std::string>().find("average.mnemo") != std::string::npos);
    }

    /// By a signal that nothing can hear; the numbers are those of a run in one piece.
    void killedAndTakenUp()
    {
        const QStringList words = evaluation("mnemo-pythia", {"--limit", "6", "--layers", "2,5", "--json", "-q"});
        const QString records = m_folder.filePath("killed.jsonl");
        const QStringList recorded = words + QStringList{"--records", records};
        const CliRun killed = stopMnemo(recorded, SIGKILL, records, 3);
        QVERIFY2(killed.end == "ended by signal 9", killed.told());
        QByteArray kept = contents(records);
        kept.truncate(kept.lastIndexOf('\n') + 1);
        QVERIFY(kept.count('\n') >= 3 && kept.count('\n') < 13);
        const CliRun resumed = runMnemo(recorded), whole = runMnemo(words);
        QVERIFY2(resumed.status == 0 && whole.status == 0, resumed.told() + whole.told());
        QVERIFY(contents(records).startsWith(kept));
        QCOMPARE(contents(records).count('\n'), 13);
        QVERIFY(resumed.json()["arrays"] == whole.json()["arrays"]);
        QVERIFY(resumed.json()["cases"] == whole.json()["cases"]);
    }

    void partsAreMerged()
    {
        const QString all = m_folder.filePath("all.jsonl");
        QStringList parts;
        for (const char* shard : {"1/2", "2/2"}) {
            parts << m_folder.filePath(QString("part%1.jsonl").arg(shard[0]));
            const CliRun part = runMnemo(evaluation(
                "mnemo-pythia", {"--limit", "3", "--layers", "3", "--shard", shard, "--records", parts.last()}));
            QVERIFY2(part.status == 0, part.told());
        }
        const CliRun merged = runMnemo(QStringList{"merge"} + parts + QStringList{"-o", all, "--json"});
        QVERIFY2(merged.status == 0, merged.told());
        QVERIFY(merged.json()["records"] == 3 && merged.json()["repeated"] == 0);
        QCOMPARE(contents(all).count('\n'), 4);
        const CliRun run =
            runMnemo(evaluation("mnemo-pythia", {"--limit", "3", "--layers", "3", "--records", all, "--json", "-q"}));
        QVERIFY2(run.status == 0, run.told());
        QVERIFY(run.json()["counts"]["used"] == 3);
        QCOMPARE(contents(all).count('\n'), 4);  // nothing was computed
        const CliRun none = runMnemo({"merge", m_folder.filePath("none.jsonl"), "-o", all, "--json"});
        QCOMPARE(none.status, 3);
        QVERIFY(none.error()["message"].get<std::string>().find("none.jsonl") != std::string::npos);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCliEvaluate)
#include "tst_cli_evaluate.moc"
