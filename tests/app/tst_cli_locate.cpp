// SPDX-License-Identifier: GPL-3.0-or-later
// Commands over many facts, on the shipped checkpoints.
#include "tests/app/cli_run.h"

#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace mnemo;

namespace {

/// Of an array [layer, label] in a document.
double cell(const Json& document, const std::string& name, int layer, int column)
{
    for (const Json& array : document["arrays"])
        if (array["name"] == name)
            return array["values"][std::size_t(layer)][std::size_t(column)].get<double>();
    return std::nan("");
}

void models()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("layers");
    QTest::newRow("mamba") << "mnemo-mamba" << 12;
    QTest::newRow("pythia") << "mnemo-pythia" << 10;
}

}  // namespace

class TestCliLocate : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void averageOverFacts_data() { models(); }
    void averageOverFacts()
    {
        QFETCH(QString, model);
        QFETCH(int, layers);
        const CliRun run = runMnemo({"average", "-m", checkpoint(model), "--limit", "6", "--sites", "h", "--json"});
        QVERIFY2(run.status == 0, run.err);
        const Json json = run.json();
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.average/1");
        QCOMPARE(json["facts"].size(), std::size_t(6));
        QVERIFY(std::abs(cell(json, "h.ie", layers - 1, 5) - 1) < 1e-5);  // the last state is all the head reads
        QVERIFY(std::abs(cell(json, "h.ie", 0, 5)) < 0.2);                // and knows nothing at first
        QCOMPARE(cell(json, "h.n", 0, 3), 6.0);
    }

    void recordsAreTakenUp()
    {
        const QString records = m_folder.filePath("records.jsonl");
        const QStringList line{"average", "-m",    checkpoint("mnemo-mamba"), "--sites", "h", "--records",
                               records,   "--json"};
        const CliRun few = runMnemo(line + QStringList{"--limit", "2"});
        QVERIFY2(few.status == 0, few.err);
        const CliRun more = runMnemo(line + QStringList{"--limit", "3"});
        QVERIFY2(more.status == 0, more.err);
        QFile file(records);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count('\n'), 4);
        const CliRun other = runMnemo(line + QStringList{"--limit", "3", "--prefix", "eos"});
        QCOMPARE(other.status, 2);
        QVERIFY(other.error()["message"].get<std::string>().find("prefix") != std::string::npos);
    }

    void pathsOfOneFact_data() { models(); }
    void pathsOfOneFact()
    {
        QFETCH(QString, model);
        QFETCH(int, layers);
        const CliRun run = runMnemo(QStringList{"paths", "--json"} + towerFact(model));
        QVERIFY2(run.status == 0, run.err);
        const Json json = run.json();
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.paths/1");
        for (int cut = 0; cut < 4; ++cut)
            QVERIFY(std::abs(cell(json, "prompt_last.ie", layers - 1, cut) - 1) < 1e-5);
        const CliRun text = runMnemo(QStringList{"paths", "-q"} + towerFact(model));
        QVERIFY(text.out.contains("subject_last.ie (IE)"));
    }

    void knockoutAndItsCache()
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_CACHE_HOME", m_folder.path());
        const QStringList line{
            "knockout",         "-m",    checkpoint("mnemo-mamba"), "-p", "{} is located in the city of", "-s",
            "The Eiffel Tower", "--json"};
        const CliRun first = runMnemo(line, environment);
        QVERIFY2(first.status == 0, first.err);
        QDirIterator cached(m_folder.filePath("mnemoscope/means"), QDir::Files);
        QVERIFY(cached.hasNext());
        const QString file = cached.next();
        const Json arrays = first.json()["arrays"];
        QVERIFY(runMnemo(line, environment).json()["arrays"] == arrays);
        QVERIFY(QFile::resize(file, 100));  // damaged: computed anew
        QVERIFY(runMnemo(line, environment).json()["arrays"] == arrays);
        QVERIFY(QFile(file).size() > 100);
    }

    void lensAndAttribution_data() { models(); }
    void lensAndAttribution()
    {
        QFETCH(QString, model);
        QFETCH(int, layers);
        const CliRun lens = runMnemo(QStringList{"lens", "--json"} + towerFact(model));
        QVERIFY2(lens.status == 0, lens.err);
        const Json json = lens.json();
        const int last = int(json["tokens"].size()) - 1;
        QVERIFY(std::abs(cell(json, "clean.p", layers, last) - json["p_clean"].get<double>()) < 1e-5);
        const CliRun dla = runMnemo(QStringList{"dla", "--json"} + towerFact(model));
        QVERIFY2(dla.status == 0, dla.err);
        const Json parts = dla.json();
        const Json& clean = parts["clean"];
        QVERIFY(std::abs(parts["clean_sum"].get<double>() -
                         (clean["logit"].get<double>() - clean["logit_foil"].get<double>())) < 1e-3);
    }

    void attentionIsShownAsTables()
    {
        const QStringList line{"attention", "-m", checkpoint("mnemo-mamba"), "-p",
                               "Buckingham Palace is located in the city of"};
        const CliRun json = runMnemo(line + QStringList{"--json"});
        QVERIFY2(json.status == 0, json.err);
        const int tokens = int(json.json()["tokens"].size());
        for (int query = 0; query < tokens; ++query)
            for (int key = 0; key < tokens; ++key)
                QVERIFY((cell(json.json(), "layers.5.attention", query, key) > 0) == (key <= query));
        const CliRun text = runMnemo(line);
        QVERIFY(text.out.contains("layers.11.attention (norm)\n"));
        QCOMPARE(text.out.count("  Palace "), 24);  // a row and a column of every layer's table
    }

    void whatCannotBe()
    {
        const QStringList line{"average", "-m", checkpoint("mnemo-mamba"), "--json", "--limit", "2"};
        QCOMPARE(runMnemo(line + QStringList{"--facts", "/nowhere.json"}).status, 3);
        const CliRun relation = runMnemo(line + QStringList{"--relations", "mothers"});
        QCOMPARE(relation.status, 2);
        QVERIFY(relation.error()["message"].get<std::string>().find("mothers") != std::string::npos);
        QCOMPARE(runMnemo(line + QStringList{"--records", "/nowhere/records.jsonl"}).status, 1);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCliLocate)
#include "tst_cli_locate.moc"
