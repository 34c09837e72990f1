// SPDX-License-Identifier: GPL-3.0-or-later
// Traces as scripts get them: JSON, CSV and NPY of one run agree, obey the method's laws, and equal a stored run.
#include "tests/app/cli_run.h"  // before <compare> and <span>, which moc cannot read first

#include "core/io/npy.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using mnemo::Json;

namespace {

void models()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("sites");
    QTest::addColumn<int>("layers");
    QTest::addColumn<int>("tokens");
    QTest::newRow("mamba") << "mnemo-mamba"
                           << "h,s,o" << 12 << 11;
    QTest::newRow("pythia") << "mnemo-pythia"
                            << "h,attn,mlp" << 10 << 11;
}

/// The first difference of two documents, numbers compared to 1e-4 (threads and machines round differently); empty
/// when they agree.
QString difference(const Json& now, const Json& stored, const QString& path)
{
    if (stored.is_number() && now.is_number()) {
        // Tokens with nearly equal logits change places with the rounding.
        const double a = now.get<double>();
        const double b = stored.get<double>();
        return std::abs(a - b) <= (path.contains("rank") ? 1 + 0.01 * b : 1e-4 * std::max(1.0, std::abs(b)))
                   ? QString()
                   : path + QString(": %1, stored %2").arg(a, 0, 'g', 9).arg(b, 0, 'g', 9);
    }
    if (stored.is_structured() && (now.type() != stored.type() || now.size() != stored.size()))
        return path + ": another shape";
    if (stored.is_object())
        for (const auto& [key, value] : stored.items())
            if (const QString found = difference(now.value(key, Json()), value, path + "." + key.c_str());
                !found.isEmpty())
                return found;
    if (stored.is_array())
        for (std::size_t i = 0; i < stored.size(); ++i)
            if (const QString found = difference(now[i], stored[i], path + QString("[%1]").arg(i)); !found.isEmpty())
                return found;
    return stored.is_structured() || now == stored ? QString() : path + ": " + QString::fromStdString(now.dump());
}

}  // namespace

class TestCliTrace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The first command of the README, where there is no display.
    void makeRunTracesItsFact()
    {
        QFile makefile(QStringLiteral(MNEMO_SOURCE_DIR "/Makefile"));
        QVERIFY(makefile.open(QIODevice::ReadOnly));
        QByteArray fact;
        for (const QByteArray& line : makefile.readAll().split('\n'))
            if (line.startsWith("FACT := "))
                fact = line.mid(8);
        QVERIFY(!fact.isEmpty());
        const CliRun run = runMnemo(QStringList{"trace", "--json"} + QProcess::splitCommand(QString::fromUtf8(fact)));
        QVERIFY2(run.status == 0, run.told());
        QVERIFY(run.json()["p_clean"].get<double>() > 0.5 && run.json()["p_corrupt"].get<double>() < 0.1);
    }

    void jsonObeysTheMethod_data() { models(); }
    void jsonObeysTheMethod()
    {
        QFETCH(QString, model);
        QFETCH(QString, sites);
        QFETCH(int, layers);
        QFETCH(int, tokens);
        const CliRun run = runMnemo(QStringList{"trace", "--json", "--site", sites} + towerFact(model));
        QVERIFY2(run.status == 0, run.err);
        const Json json = run.json();
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.trace/1");
        QCOMPARE(json["target"]["text"].get<std::string>(), " Paris");
        QCOMPARE(json["tokens"].size(), std::size_t(tokens));
        const double clean = json["p_clean"].get<double>();
        const double corrupt = json["p_corrupt"].get<double>();
        QVERIFY2(clean > corrupt + 0.1, "the swap must matter, or the test shows nothing");
        QCOMPARE(int(json["maps"].size()), int(sites.split(',').size()));
        for (const Json& map : json["maps"]) {
            QCOMPARE(int(map["p"].size()), layers);
            for (int layer = 0; layer < layers; ++layer) {
                QCOMPARE(int(map["p"][layer].size()), tokens);
                for (int token = 0; token < tokens; ++token) {
                    const double p = map["p"][layer][token].get<double>();
                    QVERIFY(p >= 0 && p <= 1);
                    QVERIFY(std::abs(map["ie"][layer][token].get<double>() - (p - corrupt) / (clean - corrupt)) < 1e-9);
                    QVERIFY(std::abs(std::exp(map["logp"][layer][token].get<double>()) - p) < 1e-6);
                }
                // Both prompts begin with "The": restoring it cannot matter.
                QCOMPARE(map["state"][layer][0].get<std::string>(), "exact");
                QVERIFY(std::abs(map["p"][layer][0].get<double>() - corrupt) < 1e-9);
            }
        }
        const Json& h = json["maps"][0];
        QCOMPARE(h["window"].get<int>(), 1);
        QVERIFY(std::abs(h["p"][layers - 1][tokens - 1].get<double>() - clean) < 1e-5);
    }

    void aPatchByHandIsTheSameCell()
    {
        const QStringList fact = towerFact("mnemo-mamba");
        const Json trace = runMnemo(QStringList{"trace", "--json", "--site", "s", "--window", "3"} + fact).json();
        const Json patch = runMnemo(QStringList{"patch", "--json", "--patch", "layers.4-6.s@last=clean"} + fact).json();
        // A window of 3 at layer 5 covers layers 4 to 6.
        const double cell = trace["maps"][0]["p"][5][10].get<double>();
        QVERIFY2(std::abs(cell - trace["p_corrupt"].get<double>()) > 1e-6, "the cell must matter");
        QVERIFY(std::abs(cell - patch["patched"]["p"].get<double>()) < 1e-5);
    }

    void csvAndNpyHoldTheSameNumbers()
    {
        QTemporaryDir folder;
        const QStringList line = QStringList{"trace", "--site", "h,attn"} + towerFact("mnemo-pythia");
        for (const char* name : {"t.json", "t.csv", "t.npy"}) {
            const CliRun run = runMnemo(line + QStringList{"-o", folder.filePath(name)});
            QVERIFY2(run.status == 0, run.err);
            QVERIFY(run.out.isEmpty());
        }
        const Json json = Json::parse(contents(folder.filePath("t.json")).toStdString());
        QList<QByteArray> rows;
        for (const QByteArray& text : contents(folder.filePath("t.csv")).split('\n'))
            if (!text.isEmpty() && !text.startsWith('#'))
                rows << text.trimmed();
        QCOMPARE(rows.size(), 1 + 2 * 10 * 11);
        QCOMPARE(rows[0], QByteArray("site,window,layer,token,text,p,logp,rank,ie,state"));
        const double p = json["maps"][0]["p"][0][2].get<double>();
        const QList<QByteArray> cells = rows[1 + 2].split(',');
        QCOMPARE(cells[0], QByteArray("h"));
        QCOMPARE(cells[5].toDouble(), p);

        const mnemo::HostTensor npy = mnemo::readNpy(folder.filePath("t.npy").toStdString());
        QCOMPARE(npy.shape, (std::vector<std::int64_t>{2, 10, 11}));
        QCOMPARE(npy.values[2], float(p));
    }

    void subjectsOfTwoLengthsAreAlignedAtTheRight()
    {
        const QStringList line{"trace",   "--json",
                               "-m",      checkpoint("mnemo-pythia"),
                               "-p",      "{} is located in the city of",
                               "-s",      "The Eiffel Tower",
                               "--swap",  "The Casa Loma",
                               "--align", "right",
                               "--site",  "h"};
        const CliRun run = runMnemo(line);
        QVERIFY2(run.status == 0, run.err);
        const Json json = run.json();
        QCOMPARE(json["partner"][0], Json(nullptr));  // five subject tokens, four partners
        QCOMPARE(json["partner"][1].get<int>(), 0);
        QCOMPARE(json["corrupt_tokens"].size(), std::size_t(10));
        QVERIFY(json["maps"][0]["p"][0][0].is_null());
        QVERIFY(json["maps"][0]["p"][0][1].is_number());
    }

    void anEffectThatIsNotDefinedIsNull()
    {
        // The corrupted run answers the target with more probability than the clean one.
        const CliRun run =
            runMnemo(QStringList{"trace", "--json", "--site", "h", "--target", "Berlin"} + towerFact("mnemo-pythia"));
        QVERIFY2(run.status == 0, run.err);
        const Json json = run.json();
        QVERIFY(json["p_clean"].get<double>() - json["p_corrupt"].get<double>() < 1e-6);
        QCOMPARE(json["effect_defined"].get<bool>(), false);
        for (const Json& row : json["maps"][0]["ie"])
            for (const Json& cell : row)
                QVERIFY(cell.is_null());
        QVERIFY(json["maps"][0]["p"][3][1].is_number());
    }

    void noiseDependsOnItsSeedOnly()
    {
        const QStringList line{"trace",     "--json",
                               "-m",        checkpoint("mnemo-pythia"),
                               "-p",        "{} is located in the city of",
                               "-s",        "The Eiffel Tower",
                               "--noise",   "3",
                               "--samples", "2",
                               "--site",    "h"};
        const Json first = runMnemo(line + QStringList{"--seed", "7"}).json();
        const Json again = runMnemo(line + QStringList{"--seed", "7", "--memory", "8M"}).json();
        const Json other = runMnemo(line + QStringList{"--seed", "8"}).json();
        QVERIFY(first["sigma"].get<double>() > 0);
        QVERIFY(std::abs(first["p_corrupt"].get<double>() - again["p_corrupt"].get<double>()) < 1e-5);
        QVERIFY(first["p_corrupt"] != other["p_corrupt"]);
        QCOMPARE(first["parameters"]["seed"].get<int>(), 7);
    }

    void equalsAStoredRun_data() { models(); }
    void equalsAStoredRun()
    {
        QFETCH(QString, model);
        QFETCH(QString, sites);
        const CliRun run = runMnemo(QStringList{"trace", "--json", "--site", sites} + towerFact(model));
        QVERIFY2(run.status == 0, run.err);
        Json now = run.json();
        for (const char* machine : {"model", "provenance"})
            now.erase(machine);
        // Kept as a file beside the test's program, so that a wanted change can be looked at and stored.
        QFile file(QCoreApplication::applicationDirPath() + "/trace-" + model + ".json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(now.dump(1)));
        const QByteArray text = contents(QString(MNEMO_TEST_FIXTURES "/cli/trace-%1.json").arg(model));
        QVERIFY2(!text.isEmpty(), "the stored run is missing");
        const Json stored = Json::parse(text.toStdString());
        QVERIFY(stored["maps"].size() == 3);
        const QString found = difference(now, stored, "");
        QVERIFY2(found.isEmpty(), qPrintable(found));
    }
};

QTEST_GUILESS_MAIN(TestCliTrace)
#include "tst_cli_trace.moc"
