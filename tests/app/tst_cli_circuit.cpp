// SPDX-License-Identifier: GPL-3.0-or-later
// `mnemo circuit`, `circuit-inside`, `ioi-layer`, `ioi-names` and `ioi-believe` on the shipped checkpoints.

#include "tests/app/cli_run.h"  // before <compare>, which moc cannot read first

#include <QTemporaryDir>
#include <QtTest>

using mnemo::Json;

namespace {

QStringList line(const char* command, const QStringList& more, const char* model = "mnemo-mamba")
{
    return QStringList{command, "-m", checkpoint(model)} + more;
}

const QStringList few{"--count", "2", "--points", "3"};
const QStringList fewer{"--count", "1", "--points", "3"};
const QString sentence = QStringLiteral("When Mary and John went to the store, John gave a drink to");

}  // namespace

class TestCliCircuit : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void circuit_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("edges");
        QTest::newRow("Mamba") << "mnemo-mamba" << 12 + 66 + 12 + 1;
        QTest::newRow("GPT-NeoX") << "mnemo-pythia" << 20 + 4 * 45 + 20 + 1;
    }
    void circuit()
    {
        QFETCH(QString, model);
        QFETCH(int, edges);
        const QStringList asked =
            line("circuit", few + QStringList{"--sizes", "4", "--exact", "2"}, model.toLatin1().constData());
        const CliRun run = runMnemo(asked + QStringList{"--json"});
        QVERIFY2(run.status == 0, run.told());
        const Json json = run.json();
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.circuit/1");
        QCOMPARE(json["edges"].get<int>(), edges);
        QCOMPARE(json["metric"].size(), std::size_t(3));
        QVERIFY(std::abs(json["metric"][0].get<double>() - 1) < 1e-3 &&
                std::abs(json["metric"][2].get<double>()) < 1e-3);
        QVERIFY(json["search"]["edges"].get<int>() > 0 && json["search"]["edges"].get<int>() < edges);
        QVERIFY(json["search"]["train"]["accuracy"].get<double>() > 0.85);
        const CliRun text = runMnemo(asked);
        QVERIFY2(text.status == 0, text.told());
        for (const char* says : {"edges answer more than 85 %", "Edges that matter most", "completeness"})
            QVERIFY2(text.out.contains(says), text.out);
    }

    void theGraphIsWritten()
    {
        const QTemporaryDir folder;
        for (const auto& [name, says] : {std::pair("c.dot", "digraph"), std::pair("c.graphml", "<graphml"),
                                         std::pair("c.json", "mnemo.circuit/1")}) {
            const QString file = folder.filePath(name);
            const CliRun run = runMnemo(
                line("circuit", few + QStringList{"--positional", "--sizes", "2", "--exact", "0", "-o", file}));
            QVERIFY2(run.status == 0, run.told());
            QFile written(file);
            QVERIFY(written.open(QIODevice::ReadOnly) && written.readAll().contains(says));
        }
    }

    void partsOfItsLayers()
    {
        const CliRun run = runMnemo(line("circuit-inside", fewer + QStringList{"--threshold", "0.001", "--json"}));
        QVERIFY2(run.status == 0, run.told());
        const Json json = run.json();
        QCOMPARE(json["arrays"][0]["name"].get<std::string>(), "present");
        QCOMPARE(json["arrays"][1]["name"].get<std::string>(), "loss");
        int needed = 0, others = 0;
        for (std::size_t layer = 0; layer < 12; ++layer)
            for (std::size_t part = 0; part < 6; ++part) {
                const bool present = json["arrays"][0]["values"][layer][part].get<double>() == 1;
                const double loss = json["arrays"][1]["values"][layer][part].get<double>();
                ++(present ? needed : others);
                QVERIFY2(present ? loss > 0.001 : loss == 0, json["arrays"].dump().c_str());
            }
        QVERIFY2(needed > 0 && others > 36, json["arrays"][0].dump().c_str());
        // What stays patched costs no more than the threshold each time it was taken.
        QVERIFY(json["nld_before"].get<double>() - json["train"]["nld"].get<double>() <= 0.001 * others);
        for (const char* tried : {"train", "tried_on"}) {
            QCOMPARE(json[tried]["pairs"].get<int>(), 6);
            QVERIFY(json[tried]["accuracy"].get<double>() > 0.5 && json[tried]["nld"].get<double>() > 0.1);
        }
        const CliRun neox = runMnemo(line("circuit-inside", fewer, "mnemo-pythia"));
        QCOMPARE(neox.status, 2);
    }

    void insideALayer()
    {
        const CliRun run = runMnemo(line("ioi-layer", {"--count", "2", "--layer", "5", "--json"}));
        QVERIFY2(run.status == 0, run.told());
        QCOMPARE(run.json()["layer"].get<int>(), 5);
        QCOMPARE(runMnemo(line("ioi-layer", {"--layer", "99"})).status, 2);
        QCOMPARE(runMnemo(line("ioi-layer", {"--count", "2"}, "mnemo-pythia")).status, 2);
    }

    void namesAndBeliefs()
    {
        const CliRun names = runMnemo(line("ioi-names", {"--samples", "300", "--tests", "10", "--json"}));
        QVERIFY2(names.status == 0, names.told());
        const Json maps = names.json();
        QCOMPARE(maps["schema"].get<std::string>(), "mnemo.ioi-names/1");
        QCOMPARE(maps["arrays"][1]["name"].get<std::string>(), "add");
        for (std::size_t slot = 0; slot < 3; ++slot) {
            QCOMPARE(maps["arrays"][2]["values"][slot].get<double>(), 10.0);
            QVERIFY2(maps["arrays"][1]["values"][slot][slot].get<double>() >= 0.9, maps["arrays"].dump().c_str());
        }
        const QStringList asked{"--prefix", "eos", "--slot", "1", "--samples", "200", "-p", sentence, "--believe"};
        const CliRun belief = runMnemo(line("ioi-believe", asked + QStringList{"Alice", "--json"}));
        QVERIFY2(belief.status == 0, belief.told());
        const Json beliefs = belief.json();
        const Json& candidates = beliefs["candidates"];
        QCOMPARE(candidates.size(), std::size_t(3));
        QCOMPARE(candidates[0]["name"].get<std::string>(), "Mary");
        QCOMPARE(candidates[2]["name"].get<std::string>(), "Alice");
        QVERIFY2(candidates[0]["before"].get<double>() > 0.9 && candidates[0]["after"].get<double>() < 0.1 &&
                     candidates[2]["before"].get<double>() < 0.1 && candidates[2]["after"].get<double>() > 0.9,
                 candidates.dump().c_str());
        const CliRun unknown = runMnemo(line("ioi-believe", asked + QStringList{"Xanthippe"}));
        QCOMPARE(unknown.status, 2);
        QVERIFY2(unknown.err.contains("Xanthippe"), unknown.told());
    }

    /// A name of several tokens stands in another slot than the one that is meant.
    void aLongNameBesideTheOneThatIsMeant()
    {
        const QStringList asked{
            "--prefix",  "eos",   "--samples", "200",
            "--believe", "Alice", "-p",        "When Maximilian and John went to the store, John gave a drink to"};
        const CliRun run =
            runMnemo(line("ioi-believe", asked + QStringList{"--name", "John", "--slot", "2", "--json"}));
        QVERIFY2(run.status == 0, run.told());
        const Json json = run.json();
        QCOMPARE(json["name"].get<std::string>(), "John");
        QCOMPARE(json["names"][0]["name"].get<std::string>(), "Maximilian");
        QVERIFY(json["names"][0]["token"].is_null());
        const CliRun meant = runMnemo(line("ioi-believe", asked + QStringList{"--slot", "1"}));
        QCOMPARE(meant.status, 2);
        QVERIFY2(meant.err.contains("\"Maximilian\" is 4 tokens in the prompt"), meant.told());
    }
};

QTEST_GUILESS_MAIN(TestCliCircuit)
#include "tst_cli_circuit.moc"
