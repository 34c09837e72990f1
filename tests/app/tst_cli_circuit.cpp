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
        const CliRun run = runMnemo(line("circuit-inside", few + QStringList{"--json"}));
        QVERIFY2(run.status == 0, run.told());
        const Json json = run.json();
        QCOMPARE(json["arrays"][0]["name"].get<std::string>(), "present");
        QVERIFY(json["nld_before"].get<double>() - json["train"]["nld"].get<double>() < 0.1);
        const CliRun neox = runMnemo(line("circuit-inside", few, "mnemo-pythia"));
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
        const CliRun names = runMnemo(line("ioi-names", {"--samples", "100", "--tests", "5", "--json"}));
        QVERIFY2(names.status == 0, names.told());
        QCOMPARE(names.json()["schema"].get<std::string>(), "mnemo.ioi-names/1");
        const QStringList asked{"--prefix", "eos", "--slot", "1", "--samples", "200", "-p", sentence, "--believe"};
        const CliRun belief = runMnemo(line("ioi-believe", asked + QStringList{"Alice", "--json"}));
        QVERIFY2(belief.status == 0, belief.told());
        const CliRun unknown = runMnemo(line("ioi-believe", asked + QStringList{"Xanthippe"}));
        QCOMPARE(unknown.status, 2);
        QVERIFY2(unknown.err.contains("Xanthippe"), unknown.told());
    }
};

QTEST_GUILESS_MAIN(TestCliCircuit)
#include "tst_cli_circuit.moc"
