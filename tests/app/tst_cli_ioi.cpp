// SPDX-License-Identifier: GPL-3.0-or-later
// `mnemo ioi` and `mnemo ioi-data` on the shipped checkpoints.

#include "tests/app/cli_run.h"  // before <compare>, which moc cannot read first

#include <QTemporaryDir>
#include <QtTest>

using mnemo::Json;

namespace {

QStringList ioi(const QStringList& more, const QString& model = QStringLiteral("mnemo-mamba"))
{
    return QStringList{"ioi", "-m", checkpoint(model)} + more;
}

QStringList data(const QStringList& more, const QString& model = QStringLiteral("mnemo-mamba"))
{
    return QStringList{"ioi-data", "-m", checkpoint(model)} + more;
}

std::string messageOf(const CliRun& run)
{
    const Json error = run.error();
    return error.is_object() ? error["message"].get<std::string>() + " — " + error["hint"].get<std::string>() : "";
}

Json ownPair()
{
    return {{"clean", "When Mary and John went to the store, John gave a drink to"},
            {"corrupt", "When Anna and John went to the store, John gave a drink to"},
            {"answer", "Mary"},
            {"corrupt_answer", "Anna"},
            {"candidates", {"Mary", "John", "Anna"}}};
}

}  // namespace

class TestCliIoi : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString file(const QString& name, const std::string& text) const
    {
        QFile out(m_folder.filePath(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(text.data(), qint64(text.size())) != qint64(text.size()))
            qFatal("cannot write %s", qPrintable(name));
        return out.fileName();
    }

    static Json words(const QByteArray& err)
    {
        Json found = Json::array();
        for (const QByteArray& line : err.split('\n'))
            if (const Json json = Json::parse(line.toStdString(), nullptr, false);
                json.is_object() && json.value("event", "") == "note")
                found.push_back(json["text"]);
        return found;
    }

private Q_SLOTS:
    void everyPart_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("layers");
        QTest::newRow("Mamba") << "mnemo-mamba" << 12;
        QTest::newRow("GPT-NeoX") << "mnemo-pythia" << 10;
    }
    void everyPart()
    {
        QFETCH(QString, model);
        QFETCH(int, layers);
        const QStringList line = ioi({"--count", "2", "--greedy-pairs", "4"}, model);
        const CliRun run = runMnemo(line + QStringList{"--json"});
        QVERIFY2(run.status == 0, run.told());
        const Json json = run.json();
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.ioi/1");
        QCOMPARE(json["pairs"]["source"].get<std::string>(), "two-names.json");
        QCOMPARE(json["pairs"]["count"].get<int>(), 12);  // three corruptions, both ways
        QCOMPARE(json["pairs"]["groups"].size(), std::size_t(3));
        QCOMPARE(json["positions"].size(), json["arrays"][0]["axes"][1]["size"].get<std::size_t>());
        QCOMPARE(json["arrays"][0]["axes"][0]["size"].get<int>(), layers);
        QVERIFY(json["clean"]["probability"].get<double>() > 0.5);
        QVERIFY(!json["greedy"].empty() && !json["crosstalk"].empty());
        QCOMPARE(json["done"].get<double>(), 1.0);

        const CliRun text = runMnemo(line);
        QVERIFY2(text.status == 0, text.told());
        for (const char* says :
             {"12 pairs of two-names.json: ", "The input of a block at one token",
              "One layer removed:", "Layers removed one after the other:", "Layers that must mix tokens"})
            QVERIFY2(text.out.contains(says), text.out);
    }

    void ownPairs()
    {
        const std::string line = ownPair().dump();
        const CliRun run = runMnemo(
            ioi({"--pairs", file("own.jsonl", line + "\n"), "--parts", "removal", "--no-symmetric", "--json"}));
        QVERIFY2(run.status == 0, run.told());
        QCOMPARE(run.json()["pairs"]["source"].get<std::string>(), "own.jsonl");
        QCOMPARE(run.json()["pairs"]["count"].get<int>(), 1);
        QVERIFY(!run.json().contains("greedy"));
        const CliRun list = runMnemo(
            ioi({"--pairs", file("own.json", "[" + line + "]"), "--parts", "removal", "--no-symmetric", "--json"}));
        QVERIFY2(list.status == 0, list.told());
        QVERIFY(list.json()["arrays"] == run.json()["arrays"]);
    }

    void whatIsWrittenIsWhatIsRun_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("Mamba") << "mnemo-mamba";
        QTest::newRow("GPT-NeoX") << "mnemo-pythia";
    }
    void whatIsWrittenIsWhatIsRun()
    {
        QFETCH(QString, model);
        const QString pairs = m_folder.filePath("made.jsonl");
        const QStringList made{"--count", "3", "--seed", "5"};
        const CliRun written = runMnemo(data(made + QStringList{"-o", pairs}, model));
        QVERIFY2(written.status == 0, written.told());
        QVERIFY(written.out.isEmpty());
        QVERIFY2(written.err.contains("9 pairs of two-names.json"), written.err);
        const QStringList few{"--parts", "resample,removal", "--json"};
        const CliRun fromFile = runMnemo(ioi(QStringList{"--pairs", pairs, "--count", "3"} + few, model));
        const CliRun direct = runMnemo(ioi(made + few, model));
        QVERIFY2(fromFile.status == 0 && direct.status == 0, fromFile.told() + direct.told());
        QVERIFY(fromFile.json()["arrays"] == direct.json()["arrays"]);
        QVERIFY(fromFile.json()["positions"] == direct.json()["positions"]);
        QVERIFY(fromFile.json()["pairs"]["groups"] == direct.json()["pairs"]["groups"]);
        // Without -o the same lines, and nothing else, on standard output.
        const CliRun printed = runMnemo(data(made, model));
        QCOMPARE(printed.out, contents(pairs));
        QCOMPARE(printed.out.count('\n'), 9);
        QVERIFY(runMnemo(data({"--count", "3", "--seed", "6"}, model)).out != printed.out);
        QCOMPARE(runMnemo(data({"--count", "3", "--seed", "5", "-q"}, model)).err, QByteArray());
    }

    void wordsLeftOutAreTold()
    {
        Json material = Json::parse(contents(QStringLiteral(MNEMO_RESOURCES "/ioi/two-names.json")).toStdString());
        material["names"].push_back("Bartholomew-Maximilian");
        const QString own = file("material.json", material.dump());
        const CliRun run = runMnemo(data({"--material", own, "--json"}));
        QVERIFY2(run.status == 0, run.told());
        const Json notes = words(run.err);
        QVERIFY2(notes.size() >= 2 && notes[0] == "30 pairs of material.json", run.err);
        bool told = false;
        for (const Json& note : notes)
            told = told || note.get<std::string>().starts_with("\"Bartholomew-Maximilian\" is left out: it is ");
        QVERIFY2(told, run.err);
        const CliRun text = runMnemo(ioi({"--material", own, "--count", "1", "--parts", "removal"}));
        QVERIFY2(text.out.contains("left out: ") && text.out.contains("Bartholomew-Maximilian (it is "), text.out);
    }

    /// A model's folder without weights is enough for its sentences.
    void weightsAreNotRead()
    {
        const QTemporaryDir bare;
        for (const char* name : {"config.json", "tokenizer.model"})
            QVERIFY(QFile::copy(checkpoint("mnemo-mamba") + "/" + name, bare.filePath(name)));
        const CliRun run = runMnemo({"ioi-data", "-m", bare.path(), "--count", "1"});
        QVERIFY2(run.status == 0, run.told());
        QVERIFY2(run.err.contains("of three-names.json"), run.err);  // no demonstration model that the catalogue knows
        QCOMPARE(run.out.count('\n'), 5);
    }

    void whatCannotBe()
    {
        const auto refused = [](const QStringList& line, int status, const char* says) {
            const CliRun run = runMnemo(line + QStringList{"--json"});
            QVERIFY2(run.status == status, run.told());
            QVERIFY2(messageOf(run).find(says) != std::string::npos, run.err);
            QVERIFY2(run.out.isEmpty(), run.out);
        };
        const auto withRow = [&](const char* key, const Json& value) {
            Json row = ownPair();
            row[key] = value;
            return QStringList{"--pairs", file("bad.jsonl", ownPair().dump() + "\n" + row.dump())};
        };
        refused(ioi({"--pairs", "none.jsonl"}), 3, "none.jsonl");
        refused(ioi({"--material", "none.json"}), 3, "none.json");
        refused(ioi({"--pairs", file("noise.jsonl", "noise")}), 3, "noise.jsonl, line 1: It is no JSON object");
        refused(ioi({"--material", file("noise.json", "{}")}), 3, "It has no \"templates\"");
        refused(ioi({"--pairs", file("empty.jsonl", "")}), 2, "has no pairs");
        refused(ioi(withRow("corrupt", ownPair()["clean"])), 3, "line 2: The clean prompt is the corrupted one");
        refused(ioi(withRow("corrupt", "When Anna went")), 2, "Pair 2: The clean prompt has 1");
        refused(ioi(withRow("answer", "Bartholomew-Maximilian")), 2,
                "Pair 2: The answer \"Bartholomew-Maximilian\" is ");
        refused(ioi({"--parts", "resample,all"}), 2, "\"parts\" is \"all\", not one of resample");
        refused(ioi({"--pairs", "a.jsonl", "--material", "b.json"}), 2, "both given");
        refused(ioi({"--count", "0"}), 2, "0");
        refused(ioi({"--divisor", "none"}), 2, "none");
        refused(data({"-o", m_folder.filePath("pairs.json")}), 2, "Pairs cannot be written as ");
        refused(data({"-o", "/proc/pairs.jsonl"}), 1, "/proc");
        refused(data({"--seed", "-1"}), 2, "-1");
        refused(data({"--count", "0"}), 2, "0");
        refused(data({"--material", "none.json"}), 3, "none.json");
        refused({"ioi-data", "-m", "no/such/model"}, 3, "no/such/model");
        refused({"ioi-data"}, 2, "model");
        Json few = Json::parse(contents(QStringLiteral(MNEMO_RESOURCES "/ioi/two-names.json")).toStdString());
        few["names"] = {"Mary", "John"};
        refused(data({"--material", file("few.json", few.dump())}), 2, "Of 2 names 2 can be used");
    }
};

QTEST_GUILESS_MAIN(TestCliIoi)
#include "tst_cli_ioi.moc"
