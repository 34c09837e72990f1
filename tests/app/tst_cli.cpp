// SPDX-License-Identifier: GPL-3.0-or-later
// predict, patch, states and models on the shipped checkpoints, run as a user runs them; tst_cli_trace has the traces.
#include "tests/app/cli_run.h"  // before <compare> and <span>, which moc cannot read first

#include "core/io/npy.h"
#include "core/io/safetensors.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using mnemo::Json;

namespace {

bool near(const Json& value, double expected, double tolerance)
{
    return value.is_number() && std::abs(value.get<double>() - expected) <= tolerance;
}

void models()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("vocabulary");
    QTest::addColumn<int>("layers");
    QTest::newRow("mamba") << "mnemo-mamba" << 5000 << 12;
    QTest::newRow("pythia") << "mnemo-pythia" << 5000 << 10;
}

}  // namespace

class TestCli : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void helpAndVersion()
    {
        const CliRun help = runMnemo({"--help"});
        QCOMPARE(help.status, 0);
        for (const char* command : {"predict", "generate", "trace", "patch", "states", "models", "serve", "selftest"})
            QVERIFY2(help.out.contains(command), command);
        const CliRun version = runMnemo({"--version"});
        QCOMPARE(version.status, 0);
        QVERIFY(version.out.startsWith("mnemo 0."));
        const CliRun trace = runMnemo({"trace", "-h"});
        QCOMPARE(trace.status, 0);
        for (const char* flag :
             {"--prompt", "--subject", "--swap", "--align", "--noise", "--samples", "--seed", "--site", "--window",
              "--target", "--target-id", "--foil", "--foil-id", "--target-mode", "--direction", "--prefix", "--output"})
            QVERIFY2(trace.out.contains(flag), flag);
    }

    void predictGivesTokensAndProbabilities_data() { models(); }
    void predictGivesTokensAndProbabilities()
    {
        QFETCH(QString, model);
        QFETCH(int, vocabulary);
        const CliRun run = runMnemo(
            {"predict", "-m", checkpoint(model), "-p", towerPrompt(), "--top", QString::number(vocabulary), "--json"});
        QVERIFY2(run.status == 0, run.err);
        const Json json = run.json();
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.predict/1");
        const Json& last = json["tokens"].back();
        QCOMPARE(last["text"].get<std::string>(), " of");
        QCOMPARE(last["begin"].get<int>(), int(towerPrompt().size()) - 2);
        QCOMPARE(last["end"].get<int>(), int(towerPrompt().size()));
        QCOMPARE(json["top"][0]["text"].get<std::string>(), " Paris");
        double sum = 0;
        double previous = 1;
        for (const Json& token : json["top"]) {
            QVERIFY(token["p"].get<double>() <= previous);
            previous = token["p"].get<double>();
            sum += previous;
        }
        QVERIFY2(std::abs(sum - 1) < 1e-5, qPrintable(QString::number(sum, 'g', 12)));
    }

    /// Greedy is what asking for one token after the other gives.
    void generateGoesOn_data() { models(); }
    void generateGoesOn()
    {
        QFETCH(QString, model);
        const QStringList line{"generate", "-m", checkpoint(model), "-p", towerPrompt(), "--tokens", "3", "--json"};
        const CliRun run = runMnemo(line);
        QVERIFY2(run.status == 0, run.err);
        const Json json = run.json();
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.generate/1");
        const Json& said = json["continuations"];
        QCOMPARE(said.size(), std::size_t(1));
        QCOMPARE(said[0]["tokens"].size(), std::size_t(3));
        QStringList ids;
        for (const Json& token : json["tokens"])
            ids << QString::number(token["id"].get<int>());
        for (const Json& token : said[0]["tokens"]) {
            const CliRun next =
                runMnemo({"predict", "-m", checkpoint(model), "--ids", ids.join(","), "--top", "1", "--json"});
            QCOMPARE(token["id"].get<int>(), next.json()["top"][0]["id"].get<int>());
            ids << QString::number(token["id"].get<int>());
        }
    }

    void generateDrawsBySeed()
    {
        const QStringList line{"generate", "-m", checkpoint("mnemo-pythia"), "-p", towerPrompt(), "--tokens"};
        const auto drawn = [&](const char* seed) {
            return runMnemo(line + QStringList{"4", "--samples", "3", "--top-k", "50", "--seed", seed, "--json"})
                .json()["continuations"];
        };
        const Json first = drawn("1");
        QCOMPARE(first.size(), std::size_t(3));
        QVERIFY(drawn("1") == first);
        QVERIFY(drawn("2") != first);
        const CliRun tooMany = runMnemo(line + QStringList{"9999"});
        QCOMPARE(tooMany.status, 2);
        QVERIFY(tooMany.err.contains("9999"));
    }

    void predictTakesTokenIdsToo()
    {
        const QStringList common{"predict", "-m", checkpoint("mnemo-pythia"), "--json"};
        const Json text = runMnemo(common + QStringList{"-p", towerPrompt()}).json();
        QStringList ids;
        for (const Json& token : text["tokens"])
            ids << QString::number(token["id"].get<int>());
        const CliRun run = runMnemo(common + QStringList{"--ids", ids.join(',')});
        QVERIFY2(run.status == 0, run.err);
        QCOMPARE(run.json()["top"][0]["p"].get<double>(), text["top"][0]["p"].get<double>());
    }

    void predictWritesLogits()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("logits.npy");
        const CliRun run =
            runMnemo({"predict", "-m", checkpoint("mnemo-pythia"), "-p", towerPrompt(), "--logits", file, "--json"});
        QVERIFY2(run.status == 0, run.err);
        const mnemo::HostTensor npy = mnemo::readNpy(file.toStdString());
        QCOMPARE(npy.shape, (std::vector<std::int64_t>{11, 5000}));
        const Json best = run.json()["top"][0];
        QVERIFY(near(best["logit"], double(npy.values[10 * 5000 + best["id"].get<std::size_t>()]), 1e-4));
    }

    void withoutJsonAPersonReadsIt()
    {
        const CliRun run = runMnemo({"predict", "-m", checkpoint("mnemo-pythia"), "-p", towerPrompt()});
        QCOMPARE(run.status, 0);
        QVERIFY2(run.out.contains("\" Paris\"") && !run.out.contains('{'), run.out);
    }

    void progressGoesToStderrAsJsonLines()
    {
        const QStringList line{"predict", "-m", checkpoint("mnemo-pythia"), "-p", towerPrompt(), "--json"};
        const CliRun loud = runMnemo(line);
        QVERIFY(!loud.err.isEmpty());
        for (const QByteArray& text : loud.err.split('\n'))
            QVERIFY2(text.isEmpty() || Json::parse(text.toStdString())["event"] == "progress", text);
        QVERIFY(runMnemo(line + QStringList{"-q"}).err.isEmpty());
    }

    void patchingTheLastStateDecidesTheAnswer_data() { models(); }
    void patchingTheLastStateDecidesTheAnswer()
    {
        QFETCH(QString, model);
        QFETCH(int, layers);
        const QString last = QString("layers.%1.h@last=").arg(layers - 1);
        const QStringList common = QStringList{"patch", "--json"} + towerFact(model);
        const CliRun run = runMnemo(common + QStringList{"--patch", last + "clean", "--read", "layers.2.h@last"});
        QVERIFY2(run.status == 0, run.err);
        const Json json = run.json();
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.patch/1");
        QVERIFY2(json["p_clean"].get<double>() > json["p_corrupt"].get<double>() + 0.1, "the swap must matter");
        QVERIFY(near(json["patched"]["p"], json["p_clean"].get<double>(), 1e-5));
        QVERIFY(near(json["ie"], 1, 1e-4));
        QCOMPARE(json["arrays"].size(), std::size_t(1));

        const Json unchanged = runMnemo(common + QStringList{"--patch", last + "corrupt"}).json();
        QVERIFY(near(unchanged["patched"]["p"], json["p_corrupt"].get<double>(), 1e-6));
        const Json zero = runMnemo(common + QStringList{"--patch", last + "zero"}).json();
        QVERIFY(!near(zero["patched"]["p"], json["p_clean"].get<double>(), 1e-3));
    }

    void statesAreTensors()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("s.safetensors");
        const QStringList line{"states",      "-m",     checkpoint("mnemo-mamba"), "-p",
                               towerPrompt(), "--site", "layers.3-4.s,embed"};
        const CliRun run = runMnemo(line + QStringList{"-o", file});
        QVERIFY2(run.status == 0, run.err);
        const mnemo::SafetensorsFile tensors(file.toStdString());
        QCOMPARE(tensors.tensors().size(), std::size_t(3));
        QCOMPARE(tensors.find("layers.3.s")->shape, (std::vector<std::int64_t>{11, 384}));
        QCOMPARE(tensors.find("embed")->shape, (std::vector<std::int64_t>{11, 192}));
        QVERIFY(tensors.metadata().contains("parameters"));
        const std::vector<float> s = mnemo::toFloats(*tensors.find("layers.4.s"));

        const Json json = runMnemo(line + QStringList{"--json"}).json();
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.states/1");
        QCOMPARE(json["arrays"].size(), std::size_t(3));
        QCOMPARE(json["arrays"][0]["values"].size(), std::size_t(11));
        for (const Json& array : json["arrays"])
            if (array["name"] == "layers.4.s")
                QCOMPARE(float(array["values"][10][383].get<double>()), s.back());
    }

    void thisMachinePassesItsOwnTest()
    {
        const CliRun run = runMnemo({"selftest", "--json"});
        QVERIFY2(run.status == 0, run.err);
        const Json json = run.json();
        QCOMPARE(json["passed"].get<bool>(), true);
        QCOMPARE(json["checks"].size(), std::size_t(8));
        for (const Json& check : json["checks"])
            QVERIFY(check["error"].get<double>() > 0 ||
                    check["name"].get<std::string>().find("batch") != std::string::npos);
    }

    void modelsAreListedAndDescribed_data() { models(); }
    void modelsAreListedAndDescribed()
    {
        QFETCH(QString, model);
        QFETCH(int, layers);
        QFETCH(int, vocabulary);
        const CliRun list = runMnemo({"models", "list", "--json"});
        QVERIFY2(list.status == 0, list.err);
        const Json listed = list.json();
        QVERIFY(std::any_of(listed["models"].begin(), listed["models"].end(), [&](const Json& entry) {
            return entry["name"] == model.toStdString() && entry["present"] == true && entry["demonstration"] == true;
        }));
        const CliRun byFolder = runMnemo({"models", "info", checkpoint(model), "--json"});
        QVERIFY2(byFolder.status == 0, byFolder.err);
        const Json info = byFolder.json();
        QCOMPARE(info["schema"].get<std::string>(), "mnemo.model/1");
        QCOMPARE(info["layers"].get<int>(), layers);
        QCOMPARE(info["vocabulary"].get<int>(), vocabulary);
        QVERIFY(info["parameters"].get<double>() > 3e6);
        QVERIFY(!info["sites"].empty() && !info["tensors"].empty());
        const CliRun byName = runMnemo({"models", "info", model});
        QVERIFY2(byName.status == 0, byName.err);
        QVERIFY2(byName.out.contains("demonstration"), byName.out);
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
