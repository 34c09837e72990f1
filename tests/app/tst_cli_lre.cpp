// SPDX-License-Identifier: GPL-3.0-or-later
// Linear decoding on the shipped checkpoints, as a user of the command line has it.
#include "tests/app/cli_run.h"

#include <QDir>
#include <QDirIterator>
#include <QTemporaryDir>
#include <cmath>

using mnemo::Json;

namespace {

/// A few of everything.
QStringList few(const QString& model, const QString& relation = QStringLiteral("country capital city"))
{
    return {"-m", checkpoint(model), "--relations", relation,  "--trials", "1",        "--limit",
            "20", "--betas",         "0:4:1",       "--ranks", "16,64",    "--layers", "emb,3,last"};
}

}  // namespace

class TestCliLre : public QObject
{
    Q_OBJECT

    QTemporaryDir m_cache;

    QProcessEnvironment environment() const
    {
        QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
        all.insert(QStringLiteral("XDG_CACHE_HOME"), m_cache.path());
        return all;
    }

    static QStringList lastLayer(QStringList line, const char* layer)
    {
        return line.replaceInStrings(QStringLiteral("last"), QString::fromLatin1(layer));
    }

private Q_SLOTS:
    void aRelation_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("last");
        QTest::newRow("Mamba") << "mnemo-mamba"
                               << "11";
        QTest::newRow("GPT-NeoX") << "mnemo-pythia"
                                  << "9";
    }
    void aRelation()
    {
        QFETCH(QString, model);
        QFETCH(QString, last);
        const QStringList line = lastLayer(QStringList{"lre"} + few(model), last.toLatin1());
        const CliRun run = runMnemo(line + QStringList{"--json"}, environment());
        QVERIFY2(run.status == 0, run.told());
        const Json json = run.json();
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.lre/1");
        QCOMPARE(json["shots"].get<int>(), 0);  // the demonstration models have read one sentence at a time
        const Json& relation = json["relations"][0];
        QCOMPARE(relation["name"].get<std::string>(), "country capital city");
        const Json& trial = relation["trials"][0];
        QVERIFY(trial["skipped"].is_null());
        QCOMPARE(trial["train"].size(), std::size_t(5));
        QVERIFY(trial["known"].get<int>() > 5);
        QCOMPARE(trial["samples"].size(), trial["known"].get<std::size_t>());
        QVERIFY(json["layers"] == Json({"emb", "3", last.toStdString()}));
        QVERIFY(json["betas"] == Json({0.0, 1.0, 2.0, 3.0, 4.0}));

        // The second time from what was kept, and the same.
        const CliRun again = runMnemo(line + QStringList{"--json"}, environment());
        QCOMPARE(again.json()["provenance"]["jacobians_computed"].get<int>(), 0);
        QVERIFY(again.json()["arrays"] == json["arrays"]);
        QVERIFY(again.json()["relations"] == json["relations"]);

        const CliRun text = runMnemo(line, environment());
        QVERIFY2(text.out.contains("country capital city"), text.out);
        QVERIFY(text.out.contains("by chance"));
    }

    void files()
    {
        const QTemporaryDir folder;
        const QString csv = folder.filePath("lre.csv");
        const QStringList line = lastLayer(QStringList{"lre"} + few("mnemo-mamba"), "11");
        const CliRun run = runMnemo(line + QStringList{"-o", csv, "-q"}, environment());
        QVERIFY2(run.status == 0, run.told());
        QVERIFY(contents(csv).contains("recall.1,share,1,country capital city,emb,0,"));
        const CliRun refused = runMnemo(line + QStringList{"-o", folder.filePath("lre.npy"), "--json"}, environment());
        QCOMPARE(refused.status, 2);
    }

    void oneFact()
    {
        const QStringList line{"lre-fact",
                               "-m",
                               checkpoint("mnemo-mamba"),
                               "--relation",
                               "country capital city",
                               "--layer",
                               "3",
                               "--betas",
                               "0:4:1",
                               "--ranks",
                               "1,64",
                               "--subject",
                               "Peru"};
        const CliRun run = runMnemo(line + QStringList{"--json"}, environment());
        QVERIFY2(run.status == 0, run.told());
        const Json json = run.json();
        QCOMPARE(json["object"].get<std::string>(), "Lima");
        QCOMPARE(json["model"].size(), std::size_t(5));
        QCOMPARE(json["lre"].size(), std::size_t(5));
        QVERIFY(json["say"].is_null());
        const CliRun moved = runMnemo(line + QStringList{"--say", "Oslo", "--json"}, environment());
        QVERIFY2(moved.status == 0, moved.told());
        QCOMPARE(moved.json()["say"]["subject"].get<std::string>(), "Norway");
        QCOMPARE(moved.json()["edited"].size(), std::size_t(2));
        const CliRun text = runMnemo(line + QStringList{"--say", "Oslo"}, environment());
        QVERIFY2(text.out.contains("Moved to say Oslo, as of Norway"), text.out);
    }

    void whatCannotBeIsSaidBeforeTheWork()
    {
        const auto refused = [&](const QStringList& more) {
            return runMnemo(QStringList{"lre", "-m", checkpoint("mnemo-mamba"), "--json"} + more, environment());
        };
        CliRun run = refused({"--relations", "mothers"});
        QVERIFY(run.status != 0);
        QVERIFY(run.error()["message"].get<std::string>().find("mothers") != std::string::npos);
        run = refused({"--ranks", "8,4000"});
        QCOMPARE(run.status, 2);
        QVERIFY(run.error()["message"].get<std::string>().find("4000") != std::string::npos);
        run = refused({"--betas", "much"});
        QCOMPARE(run.status, 2);
        run = refused({"--layers", "12"});
        QCOMPARE(run.status, 2);
        QVERIFY(run.error()["message"].get<std::string>().find("\"12\"") != std::string::npos);
        run = refused({"--template", "99"});
        QCOMPARE(run.status, 2);
    }

    void aDamagedCacheCostsTimeAlone()
    {
        const QStringList line = lastLayer(QStringList{"lre"} + few("mnemo-pythia"), "9") + QStringList{"--json"};
        const CliRun first = runMnemo(line, environment());
        QVERIFY2(first.status == 0, first.told());
        QDirIterator kept(m_cache.filePath("mnemoscope/jacobians"), QDir::Files);
        int damaged = 0;
        while (kept.hasNext() && damaged < 3) {
            QVERIFY(QFile::resize(kept.next(), 100 * damaged));
            ++damaged;
        }
        QCOMPARE(damaged, 3);
        const CliRun again = runMnemo(line, environment());
        QVERIFY2(again.status == 0, again.told());
        QVERIFY(again.json()["relations"] == first.json()["relations"]);
    }

    void fig7BesideThePublishedNumbers()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath("lre_faithfulness.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"mamba-2.8b": [{"relation": "country capital city", "faithfulness": 0.75,
            "random_choice_baseline": 0.05}, {"relation": "person mother", "faithfulness": 0.1,
            "random_choice_baseline": 0.01}]})");
        file.close();
        const QStringList line{"reproduce",   "fig7",
                               "-m",          checkpoint("mnemo-mamba"),
                               "-o",          folder.filePath("fig"),
                               "--relations", "country capital city",
                               "--limit",     "12",
                               "--published", folder.path()};
        const CliRun run = runMnemo(line + QStringList{"--json"}, environment());
        QVERIFY2(run.status == 0, run.told());
        const Json comparison = run.json()["comparison"];
        QCOMPARE(comparison["schema"].get<std::string>(), "mnemo.lre-comparison/1");
        QCOMPARE(comparison["bars"].size(), std::size_t(1));
        QCOMPARE(comparison["bars"][0]["published"].get<double>(), 0.75);
        QVERIFY(comparison["without_facts"] == Json({"person mother"}));
        const Json result = Json::parse(contents(folder.filePath("fig/fig7.json")).toStdString());
        QVERIFY(result["reference"]["bars"][0]["faithfulness"] == 0.75);
        QVERIFY(contents(folder.filePath("fig/fig7-comparison.csv")).contains("country capital city,"));
        if (QFile::exists(QStringLiteral(MNEMO_BIN_DIR "/mnemoscope")))
            QVERIFY(contents(folder.filePath("fig/fig7.svg")).contains("<svg"));
        const CliRun text = runMnemo(line, environment());
        QVERIFY2(text.status == 0, text.told());
        const double ours = comparison["bars"][0]["ours"].get<double>();
        const QByteArray header = "relation" + QByteArray(15, ' ') + "ours  published  by chance  published\n";
        const QByteArray row = "country capital city  " + QByteArray::number(ours, 'f', 3) + "      0.750  ";
        QVERIFY2(text.out.contains(header + row), text.out);
        QVERIFY2(text.out.contains("no such relation: person mother\n"), text.out);
    }
};

QTEST_GUILESS_MAIN(TestCliLre)
#include "tst_cli_lre.moc"
